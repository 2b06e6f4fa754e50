import ArgumentParser
@main struct Kernelwright: AsyncParsableCommand { static let configuration = CommandConfiguration(commandName: "kernelwright") }
