import CInertLoader
import Glibc
import Workers

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "compile":
    exit(
        WorkerEntry.compile(arguments: Array(arguments.dropFirst())) { folder in
            // The loader keeps the pointer for the life of the process.
            inert_libraries_under(strdup(folder))
        })
case "run":
    exit(WorkerEntry.run(arguments: Array(arguments.dropFirst())))
case "interpret":
    exit(WorkerEntry.run(arguments: Array(arguments.dropFirst()), interpreting: true))
default:
    print("kernelwright-worker is started by kernelwright")
    exit(2)
}
