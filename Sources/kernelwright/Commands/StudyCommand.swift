import ArgumentParser

/// Measurements of Kernelwright itself.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Measures Kernelwright itself.",
        subcommands: [
            StudyJudgeCommand.self, StudyEqualCommand.self, StudySearchCommand.self, StudyScalingCommand.self,
            StudyEmulatorCommand.self, StudyCUDACommand.self, StudyLaddersCommand.self, StudyAblationCommand.self,
            StudyArithmeticCommand.self, StudyFuzzCommand.self,
        ])
}
