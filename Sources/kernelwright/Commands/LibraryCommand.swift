import ArgumentParser

/// What was learned so far.
struct LibraryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "library", abstract: "Lists, shows and forgets certified kernels.",
        discussion: """
            kw optimize and kw bench keep every winner; kw optimize answers from here what was asked before.

            Examples:
              kw library list
              kw library show 3 --out kernel
              kw library forget 3 4
            """,
        subcommands: [LibraryListCommand.self, LibraryShowCommand.self, LibraryForgetCommand.self],
        defaultSubcommand: LibraryListCommand.self)
}
