import ArgumentParser
import KernelIR
import Library

/// Removes records.
struct LibraryForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget", abstract: "Removes records, and certificates that nothing else needs.")

    @ArgumentParser.Argument(help: "The records' numbers, as kw library list shows them.")
    var numbers: [Int64] = []
    @Flag(help: "Remove every record.")
    var all = false
    @OptionGroup var libraryOptions: LibraryOptions

    func validate() throws {
        guard all == numbers.isEmpty else {
            throw ValidationError("give the numbers of records to forget, or --all")
        }
    }

    func run() throws {
        let library = try libraryOptions.opened(in: Installation())
        let known = try library?.records().compactMap(\.id) ?? []
        if let absent = numbers.first(where: { !known.contains($0) }) {
            throw KernelwrightError(
                .badInput, "the library has no record \(absent); nothing was removed",
                hint: "kw library list shows the numbers")
        }
        let count = try library?.forget(all ? known : numbers) ?? 0
        Console().result("forgot \(count) records")
    }
}
