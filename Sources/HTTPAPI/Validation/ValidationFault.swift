import Celery

/// One thing that is wrong with a request, as pydantic describes it.
struct ValidationFault {
    /// The kind of fault, a word for programs.
    var type: String
    /// Where it is: the part of the request, then member names and indices.
    var location: [JSONValue]
    /// What is wrong, for people.
    var message: String
    /// The value that is wrong, or the object in which something is missing.
    var input: JSONValue
    /// Details, by name.
    var context: JSONObject?

    /// The fault as FastAPI lists it.
    var json: JSONValue {
        var object: JSONObject = [
            "type": .string(type),
            "loc": .array(location),
            "msg": .string(message),
            "input": input,
        ]
        if let context { object["ctx"] = .object(context) }
        return .object(object)
    }
}

// The words are pydantic's (pydantic-core: src/errors/types.rs) and FastAPI's (fastapi/routing.py) where they have any.
extension ValidationFault {
    static func missing(_ location: [JSONValue], in input: JSONValue) -> ValidationFault {
        ValidationFault(type: "missing", location: location, message: "Field required", input: input)
    }

    static func notText(_ location: [JSONValue], _ input: JSONValue) -> ValidationFault {
        ValidationFault(
            type: "string_type",
            location: location,
            message: "Input should be a valid string",
            input: input
        )
    }

    /// Text with a lone surrogate, which no file name and no UTF-8 can hold.
    static func brokenText(_ location: [JSONValue], _ input: JSONValue) -> ValidationFault {
        ValidationFault(
            type: "string_unicode",
            location: location,
            message: "Input should be a valid string, unable to parse raw data as a unicode string",
            input: input
        )
    }

    static func notAnObject(_ input: JSONValue) -> ValidationFault {
        ValidationFault(
            type: "model_attributes_type",
            location: ["body"],
            message: "Input should be a valid dictionary or object to extract fields from",
            input: input
        )
    }

    static func invalidJSON(_ fault: JSONSyntaxFault) -> ValidationFault {
        ValidationFault(
            type: "json_invalid",
            location: ["body", .integer(fault.position)],
            message: "JSON decode error",
            input: [:],
            context: ["error": .string(fault.message)]
        )
    }

    static func nullInPath(_ location: [JSONValue], _ input: JSONValue) -> ValidationFault {
        ValidationFault(
            type: "path_null_character",
            location: location,
            message: "Path should not contain a null character",
            input: input
        )
    }

    static func pathNotAllowed(_ location: [JSONValue], _ input: JSONValue) -> ValidationFault {
        ValidationFault(
            type: "path_not_allowed",
            location: location,
            message: "Path should be below one of the allowed folders",
            input: input
        )
    }
}
