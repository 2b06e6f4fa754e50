/// A kernel or device function.
public struct PTXFunction: Sendable, Hashable {
    public var name: String
    /// `.entry`: can be launched.
    public var isKernel: Bool
    public var linkage: PTXLinkage
    public var results: [PTXParameter]
    public var parameters: [PTXParameter]
    /// False for a declaration such as that of `__assertfail`.
    public var hasBody: Bool
    /// The registers that the body names, by number.
    public var registers: [PTXRegisterDeclaration]
    /// Variables declared in the body, of all its scopes: `shared`, `local`, `param`, `global`, `const`.
    public var variables: [PTXVariable]
    /// The body as one list; running past its end returns.
    public var instructions: [PTXInstruction]
    /// The labels in the order of their places; names of different scopes may be equal.
    public var labels: [PTXLabel]
    public var bounds: PTXLaunchBounds
    /// The texts of `.pragma` directives on the function and in its body.
    public var pragmas: [String]
    /// The line of the PTX text.
    public var line: Int

    public init(name: String, isKernel: Bool, linkage: PTXLinkage = .internal, line: Int) {
        self.name = name
        self.isKernel = isKernel
        self.linkage = linkage
        self.line = line
        results = []
        parameters = []
        hasBody = false
        registers = []
        variables = []
        instructions = []
        labels = []
        bounds = PTXLaunchBounds()
        pragmas = []
    }

    /// Bytes of the parameter block, without padding at the end.
    public var parameterBytes: Int { parameters.map { $0.offset + $0.byteCount }.max() ?? 0 }
}

/// The performance directives of a kernel.
public struct PTXLaunchBounds: Sendable, Hashable {
    /// `.maxntid`: the most threads of a block, per axis as far as given; only the product binds.
    public var maximumThreads: [Int]?
    /// `.reqntid`: the threads of a block, per axis as far as given.
    public var requiredThreads: [Int]?
    /// `.minnctapersm`
    public var minimumBlocksPerMultiprocessor: Int?
    /// `.maxnreg`
    public var maximumRegisters: Int?
    /// `.reqnctapercluster`: the blocks of a cluster, per axis as far as given.
    public var requiredClusterBlocks: [Int]?
    /// `.maxclusterrank`
    public var maximumClusterBlocks: Int?
    /// `.explicitcluster`
    public var isExplicitCluster = false
    /// `.noreturn`
    public var neverReturns = false

    public init() {}
}
