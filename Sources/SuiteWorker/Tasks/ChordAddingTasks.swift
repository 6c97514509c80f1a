import Celery

extension Worker {
    mutating func registerChordAddingTasks() {
        register(AddToAll.self, as: SuiteName.of("add_to_all_to_chord")) { parameters, context in
            for sum in parameters.sums { try await context.addToChord(sum) }
            return 0
        }
        register(AddToAll.self, as: SuiteName.of("add_chord_to_chord")) { parameters, context in
            try await context.addToChord(.chord(parameters.sums, body: Signature(suite: "tsum")))
            return 0
        }
    }
}
