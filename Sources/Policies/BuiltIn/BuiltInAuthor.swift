/// The macros, their levers and the order in which the built-in authors try them, taken together.
public enum BuiltInAuthor {
    /// To be raised whenever any of them changes: what was found by an older version is where a search starts, not where it
    /// ends.
    public static let version = 6
}
