import Testing

@testable import Celery

struct GlobTests {
    @Test(arguments: [
        ("*", ""), ("*", "w1@host"), ("w*", "w1@host"), ("*@host", "w1@host"), ("w?@*", "w1@host"),
        ("*1*", "w1@host"), ("w[0-9]@host", "w1@host"), ("w[!a-z]@host", "w1@host"), ("w[1]@h*t", "w1@host"),
        ("[", "["), ("[]]", "]"), ("a**b", "a--b"), ("worker.*", "worker.elect.ack"), ("任务*", "任务队列"),
    ])
    func `a pattern matches`(pattern: String, text: String) {
        #expect(Glob(pattern).matches(text))
    }

    @Test(arguments: [
        ("", "w"), ("w", ""), ("W*", "w1@host"), ("w?", "w12"), ("w[0-9]", "wa"), ("w[!0-9]", "w1"), ("*b", "abc"),
        ("worker.*", "task.multi"), ("a*b*c", "acb"),
    ])
    func `a pattern does not match`(pattern: String, text: String) {
        #expect(!Glob(pattern).matches(text))
    }
}
