import KernelIR
import Workloads

/// An operator's implementation: results in the order of the node's outputs.
typealias OperatorImplementation<Scalar: ReferenceScalar> =
    @Sendable (OperatorCall<Scalar>) throws -> [Tensor<Scalar>]

/// Implementations by ATen name with overload.
struct OperatorTable<Scalar: ReferenceScalar>: Sendable {
    private(set) var implementations: [String: OperatorImplementation<Scalar>] = [:]

    /// Every operator of the reference, made for a concrete type where the compiler can see it: only so are the loops
    /// compiled for that type instead of for any.
    static func complete() -> OperatorTable {
        let table: any Sendable =
            switch Scalar.self {
            case is Double.Type: OperatorTable<Double>()
            case is Float.Type: OperatorTable<Float>()
            default: OperatorTable()
            }
        return table as? OperatorTable ?? OperatorTable()
    }

    /// What a node declares: the dtype, in which integers wrap around and, where the arithmetic says so, 16-bit types round.
    private(set) var declare: @Sendable (Tensor<Scalar>, DType) -> Tensor<Scalar> = { result, dtype in
        var declared = result
        declared.dtype = dtype
        declared = declared.wrappedToDeclaredType()
        return Scalar.roundsToDeclaredType ? declared.roundedToDeclaredType() : declared
    }

    private init() {
        addActivations()
        addArithmetic()
        addAttention()
        addChoice()
        addClassificationLosses()
        addComparisons()
        addContractions()
        addConversions()
        addConvolutions()
        addDistanceLosses()
        addDivision()
        addExpansion()
        addFunctions()
        addIndexing()
        addJoins()
        addLayout()
        addLogic()
        addMakers()
        addNormalizations()
        addPadding()
        addPairs()
        addParts()
        addPointwiseLosses()
        addPooling()
        addPowers()
        addRearrangements()
        addRecurrence()
        addReductions()
        addResampling()
        addReshapes()
        addScans()
        addScattering()
        addSoftmax()
        addSorting()
        addSpread()
        addTruth()
    }

    /// Registers an operator with one result.
    mutating func add(
        _ name: String,
        _ implementation: @escaping @Sendable (OperatorCall<Scalar>) throws -> Tensor<Scalar>
    ) {
        implementations["aten." + name] = { call in [try implementation(call)] }
    }

    /// Registers an operator under its full name.
    mutating func add(several name: String, _ implementation: @escaping OperatorImplementation<Scalar>) {
        implementations[name] = implementation
    }

    /// Registers an elementwise function and its in-place form.
    mutating func add(elementwise name: String, _ function: @escaping @Sendable (Tensor<Scalar>) -> Tensor<Scalar>) {
        for form in [name, name + "_"] {
            add(form + ".default") { call in function(try call.tensor(0)) }
        }
    }

    /// Registers another name for forms that are there.
    mutating func alias(_ name: String, of known: String, forms: [String]) {
        for form in forms { implementations["aten." + name + form] = implementations["aten." + known + form] }
    }
}
