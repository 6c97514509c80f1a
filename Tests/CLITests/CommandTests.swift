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
