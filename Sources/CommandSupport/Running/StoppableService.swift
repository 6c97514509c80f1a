import ServiceLifecycle

/// A service that is cancelled by a cold stop, by itself: what it needs to end properly goes on meanwhile.
struct StoppableService: Service {
    let service: any Service
    let cold: ColdStop

    func run() async throws {
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask { await cold.pulled() }
                try await group.next()
                group.cancelAll()
                while try await group.next() != nil {}
            }
        } catch is CancellationError {
            // What a cold stop does to services that have nothing to clean up.
        }
    }
}
