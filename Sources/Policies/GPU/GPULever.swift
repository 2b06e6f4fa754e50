import SIMT
import Scheduling

/// One thing the built-in authors can change about a GPU schedule, and which limits of the hardware that may move.
struct GPULever: Sendable {
    /// What people call it.
    let name: String
    /// The limits it may relieve.
    let helps: Set<TimingLimit>
    /// The alternatives to the given parameters, best guess first.
    let alternatives: @Sendable (ProgramGPU) -> [(parameters: ProgramGPU, change: String)]

    /// A lever over the listed values of one parameter.
    init<Value: Hashable & Sendable>(
        _ name: String, helps: Set<TimingLimit>, _ path: any WritableKeyPath<ProgramGPU, Value> & Sendable,
        _ values: [Value], text: @escaping @Sendable (Value) -> String = { "\($0)" }
    ) {
        self.name = name
        self.helps = helps
        alternatives = { parameters in
            values.filter { $0 != parameters[keyPath: path] }.map { value in
                var changed = parameters
                changed[keyPath: path] = value
                return (changed, "\(name): \(text(value))")
            }
        }
    }

    /// A lever over the listed values of the tile of products; nothing where none was chosen yet.
    init<Value: Hashable & Sendable>(
        tile name: String, helps: Set<TimingLimit>, _ values: [Value], _ get: @escaping @Sendable (TileGPU) -> Value,
        _ set: @escaping @Sendable (inout TileGPU, Value) -> Void
    ) {
        self.name = name
        self.helps = helps
        alternatives = { parameters in
            guard let tile = parameters.tiles else { return [] }
            return values.filter { $0 != get(tile) }.map { value in
                var changed = tile
                set(&changed, value)
                var program = parameters
                program.tiles = changed
                return (program, "\(name): \(Self.text(value))")
            }
        }
    }

    /// A value for people: without `Optional`, and what nil stands for.
    private static func text(_ value: Any) -> String {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return "\(value)" }
        return mirror.children.first.map { text($0.value) } ?? "none"
    }
}
