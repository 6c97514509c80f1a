import Celery

/// `add_pydantic(data)`, where Python has a model that is sent as an object.
struct AddModel: TaskParameters {
    static let taskName = SuiteName.of("add_pydantic")

    /// The model of the argument.
    struct Input: Codable {
        var x: Int
        var y: Int
    }

    /// The model of the result.
    struct Output: Codable {
        var result: Int
    }

    var data: Input
}

extension Worker {
    mutating func registerModelTasks() {
        for name in ["add_pydantic", "add_pydantic_string_annotations"] {
            register(AddModel.self, as: SuiteName.of(name)) { parameters, _ in
                AddModel.Output(result: parameters.data.x + parameters.data.y)
            }
        }
    }
}
