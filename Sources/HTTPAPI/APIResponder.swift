import Celery
import Hummingbird
import Logging

/// Answers every request: by a route, or with the error in FastAPI's shape.
struct APIResponder: HTTPResponder {
    let router: RouterResponder<BasicRequestContext>

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        do {
            // An `APIError` has become a response in there.
            return try await router.respond(to: request, context: context)
        } catch let error as CeleryError where error.code == .unavailable {
            context.logger.warning("Broker or result backend unavailable", metadata: ["error": "\(error)"])
            return Response(APIError.unavailable)
        } catch {
            context.logger.error(
                "Request failed",
                metadata: ["method": "\(request.method)", "path": "\(request.uri.path)", "error": "\(error)"]
            )
            return Response(APIError.internalServerError)
        }
    }
}
