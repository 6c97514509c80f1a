import Celery
import Hummingbird
import Logging

/// `/livez` and `/readyz`, for whoever starts this program and sends requests to it.
struct HealthRoutes: Sendable {
    /// Whether the broker and the result backend can be used now.
    let readiness: @Sendable () async throws -> Bool
    /// How long that may take to find out.
    let deadline: Duration?

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/livez") { _, _ in Response(json: ["status": "ok"]) }
        routes.on(.get, "/readyz") { _, context in try await ready(context) }
    }

    private func ready(_ context: BasicRequestContext) async throws -> Response {
        do {
            if try await withDeadline(deadline, readiness) {
                return Response(json: ["status": "ok"])
            }
        } catch {
            context.logger.debug("Not ready", metadata: ["error": "\(error)"])
        }
        return Response(APIError.unavailable)
    }
}
