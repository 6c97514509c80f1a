import ArgumentParser
import Celery
import Configuration
import Testing

@testable import CLI
@testable import CommandSupport

@Suite struct CommandTests {
    private func complaint(_ arguments: String...) -> String {
        do {
            _ = try CeleryPDF.parseAsRoot(arguments)
            return ""
        } catch {
            return CeleryPDF.message(for: error)
        }
    }

    private func worker(_ arguments: String...) throws -> WorkerCommand {
        try #require(try CeleryPDF.parseAsRoot(["worker"] + arguments) as? WorkerCommand)
    }

    @Test func `the worker has Celery's flags`() throws {
        let command = try worker(
            "-A",
            "app",
            "-b",
            "redis://h",
            "-Q",
            "a,b",
            "-Q",
            "c",
            "-c",
            "4",
            "-P",
            "prefork",
            "-n",
            "w1@%h",
            "-E",
            "-l",
            "INFO",
            "--time-limit",
            "3",
            "--disable-prefetch",
            "-O",
            "fair",
            "--without-gossip",
            "--without-mingle"
        )
        let flags = command.options.flags
        #expect(flags[.brokerURL] == .string("redis://h"))
        #expect(flags[.queues] == .stringArray(["a", "b", "c"]))
        #expect(flags[.concurrency] == .string("4"))
        #expect(flags[.disablePrefetch] == .bool(true))
        #expect(flags[.timeLimit] == .double(3))
        #expect(flags[.softTimeLimit] == nil)
        #expect(flags[.acksLate] == nil)
        #expect(flags[.logLevel] == .string("INFO"))
    }

    @Test func `the value of a flag of one letter may follow at once`() throws {
        func parsed(_ arguments: String...) throws -> any ParsableCommand {
            try CeleryPDF.parseAsRoot(ArgumentOrder.valuesApart(arguments))
        }
        let worker = try parsed(
            "worker",
            "-Aapp",
            "-bredis://h/0?a=b",
            "-Qhigh,b",
            "-Xc",
            "-c4",
            "-Psolo",
            "-nw=1@%h",
            "-linfo",
            "-Ofair",
            "-fw.log",
            "-Sstate",
            "-E"
        )
        let flags = try #require(worker as? WorkerCommand).options.flags
        #expect(flags[.brokerURL] == .string("redis://h/0?a=b"))
        #expect(flags[.queues] == .stringArray(["high", "b"]))
        #expect(flags[.excludeQueues] == .stringArray(["c"]))
        #expect(flags[.concurrency] == .string("4"))
        #expect(flags[.pool] == .string("solo"))
        #expect(flags[.hostname] == .string("w=1@%h"))
        #expect(flags[.logLevel] == .string("info"))
        #expect(flags[.logFile] == .string("w.log"))
        #expect(flags[.taskEvents] == .bool(true))
        let send = try #require(try parsed("send", "t", "-a[1]", #"-k{"x": 2}"#) as? SendCommand)
        #expect(send.args == "[1]")
        #expect(send.kwargs == #"{"x": 2}"#)
        let process = try #require(try parsed("process", "-oout", "--", "-c4") as? ProcessCommand)
        #expect(process.output == "out")
        #expect(process.file == "-c4")
        for refused in ["-sschedule", "-Iproj.tasks", "-Oquick"] {
            #expect(throws: (any Error).self) { try parsed("worker", refused) }
        }
    }

    @Test func `the worker has Celery's flags of its process`() throws {
        let command = try worker("--discard", "-f", "%n%I.log", "--pidfile", "%n.pid", "-S", "state", "-q")
        let flags = command.options.flags
        #expect(flags[.purge] == .bool(true))
        #expect(flags[.logFile] == .string("%n%I.log"))
        #expect(flags[.pidFile] == .string("%n.pid"))
        #expect(flags[.quiet] == .bool(true))
        #expect(try worker("--purge").options.flags[.purge] == .bool(true))
    }

    @Test func `an unknown flag gets an error that names the right one`() {
        #expect(complaint("worker", "--concurency", "4").contains("--concurrency"))
    }

    @Test(arguments: [
        ["-B"], ["-D"], ["-s", "schedule"], ["--scheduler", "s"], ["-I", "proj.tasks"], ["--uid", "1"], ["--gid", "1"],
        ["--umask", "022"], ["--workdir", "d"], ["--executable", "python"], ["--pool-start-method", "fork"],
        ["-O", "quick"],
    ])
    func `a flag of Celery that is not here is refused with a reason`(arguments: [String]) {
        do {
            _ = try CeleryPDF.parseAsRoot(["worker"] + arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(CeleryPDF.exitCode(for: error) == .validationFailure)
            #expect(!CeleryPDF.message(for: error).contains("Unknown option"))
        }
    }

    @Test(arguments: ["--ttl", "--language", "--max-tokens", "--overlap", "--cache-url"])
    func `the API does not have flags that only workers obey`(flag: String) throws {
        #expect(complaint("serve", flag, "60").contains("Unknown option '\(flag)'"))
        #expect(try CeleryPDF.parseAsRoot(["serve", "--root", "/data"]) is ServeCommand)
        #expect(complaint("up", flag, "60").isEmpty)
    }

    @Test(arguments: [
        ["send", "t", "--args", "{}"], ["send", "t", "--args", "[1"], ["send", "t", "--kwargs", "[]"],
        ["send", "t", "--countdown", "-1"], ["send", "t", "--countdown", "nan"], ["send", "t", "--priority", "10"],
        ["send", ""], ["send"], ["result"], ["result", "id", "--timeout", "-1"],
    ])
    func `arguments that make no sense are refused`(arguments: [String]) {
        do {
            _ = try CeleryPDF.parseAsRoot(arguments)
            Issue.record("\(arguments) was accepted")
        } catch {
            #expect(CeleryPDF.exitCode(for: error) == .validationFailure)
        }
    }

    @Test func `call is another name of send`() throws {
        let command = try CeleryPDF.parseAsRoot(["call", "t", "-a", "[1]", "-k", #"{"x": 2}"#])
        #expect(command is SendCommand)
    }

    @Test func `states are exit codes`() {
        let codes = [TaskState.success, .failure, .revoked, .pending, .progress, .retry].map {
            ResultReport.exitCode(for: $0).rawValue
        }
        #expect(codes == [0, 1, 2, 3, 3, 3])
    }

    @Test func `the progress bar fills up`() {
        #expect(ProgressBar.line(0, of: 4).filter { $0 == "#" }.count == 0)
        #expect(ProgressBar.line(2, of: 4) == "[###############---------------] 2/4 pages")
        #expect(ProgressBar.line(4, of: 4).contains("-") == false)
    }
}
