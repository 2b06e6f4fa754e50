/// The assembly that the renderer itself writes into sources, which no judge need refuse.
public enum KnownAssembly {
    /// The texts of single instructions by language, as they stand between the quotes of an `asm` statement.
    public static func instructions(_ language: Solution.Target.Language) -> Set<String> {
        switch language {
        case .opencl: []
        case .cuda: Set(CUDADialect.copyInstructions)
        }
    }
}
