/// Who can see a variable or function.
public enum PTXLinkage: String, Sendable, Hashable, Codable {
    /// This module only.
    case `internal`
    case visible, weak, common
    /// Declared here, defined elsewhere; an unsized shared array is the dynamic shared memory of the launch.
    case extern
}

/// A variable of a module or function, outside registers.
public struct PTXVariable: Sendable, Hashable {
    public var name: String
    /// `global`, `const`, `shared`, `local`, or `param` for the blocks around a call.
    public var space: PTXStateSpace
    /// The type of one element.
    public var type: PTXType
    /// 1, 2 or 4 elements of `.v2` and `.v4` variables.
    public var vectorWidth: Int
    /// The extents of an array, outermost first; empty for a scalar. 0 stands for an extent that is not given.
    public var dimensions: [Int]
    /// Bytes; a power of 2.
    public var alignment: Int
    public var linkage: PTXLinkage
    /// The initial bytes; nil for none, which is zero in global and constant memory and undefined elsewhere.
    public var initializer: PTXInitializer?
    /// The line of the PTX text.
    public var line: Int

    public init(
        name: String, space: PTXStateSpace, type: PTXType, vectorWidth: Int = 1, dimensions: [Int] = [],
        alignment: Int, linkage: PTXLinkage = .internal, initializer: PTXInitializer? = nil, line: Int
    ) {
        self.name = name
        self.space = space
        self.type = type
        self.vectorWidth = vectorWidth
        self.dimensions = dimensions
        self.alignment = alignment
        self.linkage = linkage
        self.initializer = initializer
        self.line = line
    }

    /// Bytes of storage; 0 when an extent is not given.
    public var byteCount: Int { type.byteCount * vectorWidth * dimensions.reduce(1, *) }

    /// Whether the size comes from the launch, as that of dynamic shared memory does.
    public var isUnsized: Bool { dimensions.contains(0) }
}

/// The initial contents of a variable.
public struct PTXInitializer: Sendable, Hashable {
    /// An address that is only known once variables have places.
    public struct Relocation: Sendable, Hashable {
        /// Where the address goes, in bytes from the start of the variable.
        public var offset: Int
        /// Bytes of the address: 4 or 8, or 1 for one byte of it.
        public var byteCount: Int
        /// The variable or function.
        public var name: String
        /// Added to the address, in bytes.
        public var addend: Int64
        /// `generic(name)`: the generic address, not that in the variable's space.
        public var isGeneric: Bool
        /// For one byte of an address, which one: 0 is the lowest.
        public var byteIndex: Int

        public init(
            offset: Int, byteCount: Int, name: String, addend: Int64 = 0, isGeneric: Bool = false, byteIndex: Int = 0
        ) {
            self.offset = offset
            self.byteCount = byteCount
            self.name = name
            self.addend = addend
            self.isGeneric = isGeneric
            self.byteIndex = byteIndex
        }
    }

    /// All bytes of the variable, little endian; zero where nothing is written or a relocation goes.
    public var bytes: [UInt8]
    public var relocations: [Relocation]

    public init(bytes: [UInt8], relocations: [Relocation] = []) {
        self.bytes = bytes
        self.relocations = relocations
    }
}

/// A parameter or result of a function.
public struct PTXParameter: Sendable, Hashable {
    /// What `.ptr` says about the memory that a kernel's pointer points to.
    public struct Pointer: Sendable, Hashable {
        public var space: PTXStateSpace
        /// Bytes.
        public var alignment: Int

        public init(space: PTXStateSpace, alignment: Int) {
            self.space = space
            self.alignment = alignment
        }
    }

    public var name: String
    /// The type of one element.
    public var type: PTXType
    /// Elements of an array parameter (`.b8 name[16]`); nil for a scalar.
    public var count: Int?
    /// Bytes.
    public var alignment: Int
    /// Where the parameter starts in the block of parameters, by the alignment of each.
    public var offset: Int
    public var pointer: Pointer?
    /// The register that holds it, for `.reg` parameters of device functions with a body.
    public var register: PTXRegister?

    public init(
        name: String, type: PTXType, count: Int? = nil, alignment: Int, offset: Int, pointer: Pointer? = nil,
        register: PTXRegister? = nil
    ) {
        self.name = name
        self.type = type
        self.count = count
        self.alignment = alignment
        self.offset = offset
        self.pointer = pointer
        self.register = register
    }

    /// Bytes.
    public var byteCount: Int { type.byteCount * (count ?? 1) }
}
