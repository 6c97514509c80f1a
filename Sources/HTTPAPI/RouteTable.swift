import HTTPTypes
import Hummingbird

/// The routes of the API, gathered from the files that define them.
///
/// Knowing all methods of a path, it can answer the other ones with 405, which a Hummingbird router alone cannot.
struct RouteTable {
    typealias Context = BasicRequestContext
    typealias Handler = @Sendable (Request, Context) async throws -> Response

    private var paths: [String] = []
    private var handlers: [String: [(method: HTTPRequest.Method, handler: Handler)]] = [:]

    /// Adds a route; GET also answers HEAD.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, with `:name` for what varies.
    ///   - handler: Answers the requests.
    mutating func on(_ method: HTTPRequest.Method, _ path: String, _ handler: @escaping Handler) {
        if handlers[path] == nil { paths.append(path) }
        handlers[path, default: []].append((method, handler))
    }

    /// Makes the router that knows these routes.
    func makeRouter() -> Router<Context> {
        let router = Router(context: Context.self)
        for path in paths {
            let routes = handlers[path] ?? []
            for (method, handler) in routes {
                router.on(RouterPath(path), method: method, responder: CallbackResponder(callback: handler))
            }
            add(othersThan: routes, at: RouterPath(path), to: router)
        }
        // Middleware covers what is added after it, and here that is the answer to unknown paths alone.
        router.add(middleware: UnknownPathMiddleware())
        return router
    }

    private func add(
        othersThan routes: [(method: HTTPRequest.Method, handler: Handler)],
        at path: RouterPath,
        to router: Router<Context>
    ) {
        var missing = Self.knownMethods.filter { method in !routes.contains { $0.method == method } }
        if let get = routes.first(where: { $0.method == .get }), missing.contains(.head) {
            missing.removeAll { $0 == .head }
            let head: Handler = { request, context in
                try await get.handler(request, context).createHeadResponse()
            }
            router.on(path, method: .head, responder: CallbackResponder(callback: head))
        }
        let error = APIError.methodNotAllowed(allowing: routes.map(\.method))
        for method in missing {
            router.on(path, method: method, responder: CallbackResponder { _, _ in Response(error) })
        }
    }

    // RFC 9110, section 9.3, and RFC 5789. Others get 404.
    private static let knownMethods: [HTTPRequest.Method] = [
        .get, .head, .post, .put, .delete, .connect, .options, .trace, .patch,
    ]
}

/// Answers what no route answers.
private struct UnknownPathMiddleware: RouterMiddleware {
    typealias Context = RouteTable.Context

    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        Response(APIError.notFound)
    }
}
