/// The best hits of a search, kept in a heap whose first element is the worst of them.
struct TopHits {
    private let limit: Int
    private var heap: [BM25Index.Hit] = []

    init(limit: Int) {
        self.limit = max(0, limit)
    }

    mutating func offer(_ hit: BM25Index.Hit) {
        if heap.count < limit {
            heap.append(hit)
            siftUp(heap.count - 1)
        } else if let worst = heap.first, TopHits.isBetter(hit, worst) {
            heap[0] = hit
            siftDown(0)
        }
    }

    /// The hits, best first.
    func sorted() -> [BM25Index.Hit] { heap.sorted(by: TopHits.isBetter) }

    private static func isBetter(_ first: BM25Index.Hit, _ second: BM25Index.Hit) -> Bool {
        first.score != second.score ? first.score > second.score : first.index < second.index
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard TopHits.isBetter(heap[parent], heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if TopHits.isBetter(heap[worst], heap[child]) { worst = child }
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
