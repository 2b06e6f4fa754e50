/// As an object with the names of the cases; those that are 0 are left out.
extension Tally: Codable where Key: RawRepresentable, Key.RawValue == String {
    public init(from decoder: any Decoder) throws {
        let numbers = try decoder.singleValueContainer().decode([String: Double].self)
        self.init()
        for key in Key.allCases { self[key] = numbers[key.rawValue] ?? 0 }
    }

    public func encode(to encoder: any Encoder) throws {
        var numbers: [String: Double] = [:]
        for key in Key.allCases where self[key] != 0 { numbers[key.rawValue] = self[key] }
        var container = encoder.singleValueContainer()
        try container.encode(numbers)
    }
}
