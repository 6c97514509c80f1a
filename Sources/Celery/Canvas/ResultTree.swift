/// The result to come of something that was sent: one task's, or a group's.
///
/// A class, because the parents of a chain's results are found out one after another.
final class ResultTree {
    let id: String
    var parent: ResultTree?
    /// The results of a group's members; nil for a single task.
    let members: [ResultTree]?

    init(id: String, members: [ResultTree]? = nil) {
        self.id = id
        self.members = members
    }

    var isGroup: Bool { members != nil }

    /// As Celery stores it (celery/result.py, `as_tuple`): `[[id, parent], members]`.
    var json: JSONValue {
        [[.string(id), parent?.json ?? .null], members.map { .array($0.map(\.json)) } ?? .null]
    }
}
