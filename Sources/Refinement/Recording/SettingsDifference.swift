import KernelIR

extension RecordContents {
    /// Throws `badInput`, naming what differs, where this is the record of another run.
    ///
    /// - Parameter place: the file's name for errors.
    public func require(_ settings: RunSettings, place: String) throws(KernelwrightError) {
        guard header.settings != settings else { return }
        let difference = settingsDifference(recorded: header.settings, asked: settings)
        throw KernelwrightError(
            .badInput, "\(place) holds another run: \(difference)",
            hint: "repeat that run's options to resume it, or choose another folder with --out")
    }
}

/// The names of the settings in which a recorded run and an asked one differ, with both values; empty when in none.
///
/// - Precondition: both are of one type with stored properties.
func settingsDifference<Settings>(recorded: Settings, asked: Settings) -> String {
    let pairs = zip(Mirror(reflecting: recorded).children, Mirror(reflecting: asked).children)
    return pairs.compactMap { recorded, asked in
        let (theirs, name) = ("\(recorded.value)", recorded.label ?? "")
        let mine = "\(asked.value)"
        return theirs == mine ? nil : "its \(name) is \(theirs), asked for \(mine)"
    }.joined(separator: ", ")
}
