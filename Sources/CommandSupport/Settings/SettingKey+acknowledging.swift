/// When tasks are acknowledged, and what becomes of those that do not end well.
extension SettingKey {
    package static let acksLate: SettingKey = "task_acks_late"
    package static let acksOnFailureOrTimeout: SettingKey = "task_acks_on_failure_or_timeout"
    package static let acksOnFailure: SettingKey = "task_acks_on_failure"
    package static let acksOnTimeout: SettingKey = "task_acks_on_timeout"
    package static let rejectOnWorkerLost: SettingKey = "task_reject_on_worker_lost"
    package static let retryOnWorkerLost: SettingKey = "task_retry_on_worker_lost"
    package static let trackStarted: SettingKey = "task_track_started"
    package static let inheritParentPriority: SettingKey = "task_inherit_parent_priority"

    static let acknowledging: [SettingKey] = [
        .acksLate, .acksOnFailureOrTimeout, .acksOnFailure, .acksOnTimeout, .rejectOnWorkerLost, .retryOnWorkerLost,
        .trackStarted, .inheritParentPriority,
    ]
}
