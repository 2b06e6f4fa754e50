@testable import Evaluation

extension Attack {
    /// Macros that expand to billions of terms.
    static let macroBomb = Attack(
        "macro bomb", on: .relu, source: "derived: denial of service",
        aim: "macros that expand to billions of terms",
        .ends([.timedOut, .outOfMemory, .compileError]),
        before: """
            #define A(x) x + x + x + x + x + x + x + x + x + x +
            #define B(x) A(x) A(x) A(x) A(x) A(x) A(x) A(x) A(x) A(x) A(x) 
            #define C(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x) B(x) 
            #define D(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x) C(x) 
            #define E(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x) D(x) 
            #define F(x) E(x) E(x) E(x) E(x) E(x) E(x) E(x) E(x) E(x) E(x) 
            #define G(x) F(x) F(x) F(x) F(x) F(x) F(x) F(x) F(x) F(x) F(x) 
            #define H(x) G(x) G(x) G(x) G(x) G(x) G(x) G(x) G(x) G(x) G(x) 
            #define Z(x) H(x) H(x) H(x) H(x) H(x) H(x) H(x) H(x) H(x) H(x) 
            """,
        body: "y[i] = fmax(x[i], 0.0f) + 0 * (Z(1) 0);")
}
