import Celery
import Logging
import Testing

@testable import CommandSupport

@Suite struct BannerTests {
    private func report(_ adjust: (inout WorkerConfiguration) -> Void = { _ in }) -> StartReport {
        var configuration = WorkerConfiguration(nodeName: "w1@host", queues: ["video", "celery"], pool: .processes(4))
        adjust(&configuration)
        return StartReport(
            configuration: configuration,
            app: "demo",
            places: [("transport", "redis://:********@h:6379/0"), ("results", "disabled")],
            tasks: ["celery.map", "b", "a"]
        )
    }

    @Test func `the banner is Celery's`() {
        var banner = report().banner(level: .info, time: "2026-11-23 22:01:02")
        banner.version = "5.7.0 (x)"
        banner.platform = "Linux-6.1"
        // What celery/apps/worker.py, startup_info and extra_info, makes of the same.
        let text = """
             \n\
             -------------- w1@host v5.7.0 (x)
            --- ***** -----\u{20}
            -- ******* ---- Linux-6.1 2026-11-23 22:01:02
            - *** --- * ---\u{20}
            - ** ---------- [config]
            - ** ---------- .> app:         demo
            - ** ---------- .> transport:   redis://:********@h:6379/0
            - ** ---------- .> results:     disabled
            - *** --- * --- .> concurrency: 4 (prefork)
            -- ******* ---- .> task events: OFF (enable -E to monitor tasks in this worker)
            --- ***** -----\u{20}
             -------------- [queues]
                            .> celery           exchange=celery(direct) key=celery
                            .> video            exchange=video(direct) key=video

            [tasks]
              . a
              . b


            """
        #expect(banner.text.split(separator: "\n").dropLast(3) == text.split(separator: "\n").dropLast(3))
        #expect(banner.text == text)
    }

    @Test func `what is on and between which limits is shown`() {
        let report = report {
            $0.autoscale = AutoscaleLimits(max: 8, min: 2)
            $0.control.sendsTaskEvents = true
        }
        let settings = report.banner(level: .info, time: "").settings
        #expect(settings.contains { $0 == ("concurrency", "{min=2, max=8} (prefork)") })
        #expect(settings.contains { $0 == ("task events", "ON") })
    }

    @Test func `Celery's own tasks are shown to those who look for faults`() {
        #expect(report().banner(level: .info, time: "").tasks == ["a", "b"])
        #expect(report().banner(level: .debug, time: "").tasks == ["a", "b", "celery.map"])
    }
}
