extension ProgramCPU {
    private enum CodingKeys: String, CodingKey { case factors, fusion, simplifies, storage, stages }

    /// Reads the parameters for all stages beside those for single ones, and records from before some of them existed;
    /// then all maps that may be were computed where they are read.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        common = try StageMacros(from: decoder)
        factors = try fields.decodeIfPresent(Bool.self, forKey: .factors) ?? true
        fusion = try fields.decodeIfPresent(Fusion.self, forKey: .fusion) ?? .everything
        simplifies = try fields.decodeIfPresent(Bool.self, forKey: .simplifies) ?? false
        storage = try fields.decodeIfPresent(TemporaryStorage.self, forKey: .storage) ?? TemporaryStorage()
        stages = try fields.decodeIfPresent([String: StageMacros].self, forKey: .stages) ?? [:]
    }

    /// Writes the parameters for all stages flat, and those for single stages where there are any.
    public func encode(to encoder: any Encoder) throws {
        try common.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(factors, forKey: .factors)
        try fields.encode(fusion, forKey: .fusion)
        try fields.encode(simplifies, forKey: .simplifies)
        try fields.encode(storage, forKey: .storage)
        if !stages.isEmpty { try fields.encode(stages, forKey: .stages) }
    }
}
