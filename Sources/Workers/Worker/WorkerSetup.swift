import CSandbox
import Devices
import Glibc
import KernelIR

/// What both kinds of worker do first: confine themselves, take over the socket, open the device.
///
/// Descriptors at the start: 0 the socket, 1 and 2 the log, 3 the report's file.
struct WorkerSetup {
    let device: any Device
    let channel: MessageChannel
    /// Where the signal handler writes; lives as long as the worker.
    private let report: SharedMapping

    init(_ options: WorkerOptions) throws {
        try SystemError.check(sandbox_die_with_parent())
        try SystemError.check(
            sandbox_limit(options.addressSpace, options.cpuSeconds, options.fileBytes, 0))
        report = try SharedMapping(FileDescriptor(3), bytes: WorkerReport.fileBytes, writable: true)
        // Nothing that a library prints or reads may touch the protocol.
        let socket = try FileDescriptor(fcntl(0, F_DUPFD_CLOEXEC, 64))
        let null = try FileDescriptor(open("/dev/null", O_RDONLY))
        try SystemError.check(dup2(null.raw, 0))
        channel = MessageChannel(socket)
        device = try DeviceCatalog(toolchain: options.toolchain).device(named: options.device)
    }

    /// Gives up system calls for good and has fatal signals reported; call it when the driver is at work, because
    /// compiler libraries install signal handlers of their own.
    func seal(_ filter: sandbox_filter, _ text: [sandbox_text]) throws(SystemError) {
        try SystemError.check(sandbox_report_to(report.base.assumingMemoryBound(to: sandbox_report.self)))
        try SystemError.check(sandbox_install(filter, text, text.count))
    }

    /// Receives requests and answers each, until the parent hangs up.
    func serve(_ answer: (WorkerRequest, [FileDescriptor]) -> (WorkerReply, [FileDescriptor])) -> Int32 {
        do {
            try channel.send(Envelope(token: 0, body: WorkerReply.ready))
            while true {
                let (request, files) = try channel.receive(WorkerRequest.self)
                let (reply, attached) = answer(request.body, files)
                try channel.send(Envelope(token: request.token, body: reply), files: attached)
            }
        } catch {
            return 0
        }
    }
}

/// What a parent tells a worker on its command line.
struct WorkerOptions: Sendable {
    var device: String
    /// Bytes of address space, seconds of processor time, bytes of one file; zero leaves a limit as it is.
    var addressSpace: UInt64
    var cpuSeconds: UInt64
    var fileBytes: UInt64
    /// The folder of NVIDIA's compiler; nil where the device needs none.
    var toolchain: String?

    init(device: String, addressSpace: UInt64, cpuSeconds: UInt64, fileBytes: UInt64, toolchain: String? = nil) {
        self.device = device
        self.addressSpace = addressSpace
        self.cpuSeconds = cpuSeconds
        self.fileBytes = fileBytes
        self.toolchain = toolchain
    }

    /// Reads what `arguments` writes.
    init(arguments: [String]) throws(KernelwrightError) {
        let numbers = arguments.dropFirst().prefix(3).compactMap { UInt64($0) }
        guard (4...5).contains(arguments.count), numbers.count == 3 else {
            throw KernelwrightError(
                .usage, "a worker takes a device, three limits and perhaps a folder, not \(arguments)")
        }
        self.init(
            device: arguments[0], addressSpace: numbers[0], cpuSeconds: numbers[1], fileBytes: numbers[2],
            toolchain: arguments.count == 5 ? arguments[4] : nil)
    }

    var arguments: [String] {
        [device, "\(addressSpace)", "\(cpuSeconds)", "\(fileBytes)"] + [toolchain].compactMap { $0 }
    }
}
