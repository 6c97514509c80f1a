import Testing

@testable import Celery

/// Binding keys of topic exchanges, as kombu reads and writes them.
struct TopicPatternTests {
    @Test(arguments: [
        ("media.video.#", #"^media\.video\..*?$"#),
        ("media.*.image", #"^media\.[^\.]+\.image$"#),
        ("#", "^.*?$"),
        ("a-b.c_1", #"^a\-b\.c\_1$"#),
        ("", "^$"),
        ("größe.*", #"^größe\.[^\.]+$"#),
    ])
    func `the regular expression is kombu's`(key: String, expression: String) {
        #expect(TopicPattern(key).regularExpression == expression)
    }

    @Test(arguments: [
        ("media.video.#", "media.video.clip.long", true), ("media.video.#", "media.video.", true),
        ("media.video.#", "media.video", false), ("media.*.image", "media.small.image", true),
        ("media.*.image", "media.very.small.image", false), ("media.*.image", "media..image", false),
        ("#.error", "a.b.error", true), ("#.error", ".error", true), ("#.error", "error", false), ("#", "", true),
        ("*", "", false), ("a.#.b.*", "a.x.b.y.b.z", true), ("plain", "plain", true), ("plain", "plainer", false),
    ])
    func `a routing key fits as in kombu`(key: String, routingKey: String, fits: Bool) {
        #expect(TopicPattern(key).matches(routingKey) == fits)
    }

    @Test func `a long key against many wildcards takes no time to speak of`() {
        let key = String(repeating: "#.", count: 40) + "end"
        #expect(!TopicPattern(key).matches(String(repeating: "a.", count: 2000)))
    }

    @Test func `a table's line is read as it was written`() throws {
        let binding = QueueBinding(Exchange("media", type: .topic), routingKey: "media.#")
        let entry = BindingEntry(binding, of: "video")
        let text = entry.text(separator: "\u{06}\u{16}")
        #expect(text == "media.#\u{06}\u{16}^media\\..*?$\u{06}\u{16}video")
        #expect(BindingEntry(text, separator: "\u{06}\u{16}") == entry)
        #expect(BindingEntry("one part", separator: "\u{06}\u{16}") == nil)
    }

    @Test func `without a declared type the line tells direct from topic`() {
        let topic = BindingEntry(QueueBinding(Exchange("x", type: .topic), routingKey: "a.*"), of: "q")
        let direct = BindingEntry(QueueBinding(Exchange("x"), routingKey: "a.*"), of: "q")
        #expect(topic.fits("a.b", type: nil))
        #expect(!direct.fits("a.b", type: nil))
        #expect(direct.fits("a.*", type: nil))
        #expect(!topic.fits("a.b", type: .direct))
        #expect(direct.fits("anything", type: .fanout))
    }
}
