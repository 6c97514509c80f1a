/// How many messages may be in a worker's hands, and when to ask for more.
///
/// It asks again when half of what may wait has been used up, so that under load one request to the broker brings many
/// messages; with nothing allowed to wait it asks for each slot that gets free.
struct PrefetchWindow: Sendable, Hashable {
    /// The most messages held at a time, running ones included.
    var limit: Int { multiplier == 0 ? max(Self.mostUnlimited, concurrency) : concurrency * multiplier }
    /// How many of them run at the same time.
    private(set) var concurrency: Int
    private let multiplier: Int
    /// How many that is where Celery takes whatever comes: each has a lease to be renewed.
    private static let mostUnlimited = 10_000
    /// How many are held now.
    private(set) var held = 0

    /// - Parameters:
    ///   - concurrency: How many tasks run at the same time; at least one.
    ///   - multiplier: Messages for each of them, the running one included; zero for as many as can be leased.
    init(concurrency: Int, multiplier: Int) {
        self.concurrency = concurrency
        self.multiplier = max(0, multiplier)
    }

    /// Follows the pool's size.
    mutating func resize(concurrency: Int) { self.concurrency = max(1, concurrency) }

    /// How many more may be taken.
    var credit: Int { max(0, limit - held) }

    /// Whether it is time to ask the broker.
    var wantsMore: Bool {
        let mostWaiting = limit - concurrency
        return held < limit && held - concurrency <= mostWaiting / 2
    }

    /// Counts messages that came.
    mutating func take(_ count: Int) { held += count }

    /// Counts a message that has ended, or that waits for its time and is not to keep others from coming.
    mutating func give() { held -= 1 }
}
