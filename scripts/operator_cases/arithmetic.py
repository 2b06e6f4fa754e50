"""Functions of one and two numbers, integer arithmetic, comparisons, logic, conversions."""
import torch

INF, NAN = float("inf"), float("nan")
INTEGERS = (torch.int8, torch.uint8, torch.int16, torch.int32, torch.int64)


def line(*values):
    return torch.tensor(values, dtype=torch.float64)


def cases(case):
    functions(case)
    rounding(case)
    pairs(case)
    integers(case)
    division(case)
    comparisons(case)
    logic(case)
    choices(case)
    conversions(case)


def functions(case):
    x = line(-INF, -3.5, -1, -0.4, -0.0, 0, 0.25, 1, 2, 7.5, INF, NAN)
    for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp", "exp2",
                 "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "square", "erf", "erfc", "sinc",
                 "sign", "sgn", "abs", "neg", "positive", "isnan", "isinf", "isfinite", "isposinf",
                 "isneginf", "logical_not", "arctanh"):
        case(name, x)
    case("lgamma", line(-2.5, 0.5, 1, 3, 10))
    case("logit", line(-1, 0, 0.2, 0.9, 1))
    case("logit", line(-1, 0, 0.2, 0.9, 1), 0.1)
    case("sin_", line(1, 2))
    for name in ("sqrt", "exp", "sin", "reciprocal"):
        case(name, torch.tensor([1, 4, 9]))
    case("signbit", torch.tensor([-1, 0, 1]))
    case("signbit", x[:4])
    case("abs", torch.tensor([-128, -5, 7], dtype=torch.int8))
    case("neg", torch.tensor([0, 5, 200], dtype=torch.uint8))
    case("sign", torch.tensor([-3, 0, 9], dtype=torch.int32))


def rounding(case):
    x = line(-INF, -2.5, -1.5, -1.2, -0.5, -0.0, 0.4, 0.5, 1.5, 2.5, 2.6, INF, NAN)
    for name in ("floor", "ceil", "trunc", "round", "fix"):
        case(name, x)
    case("frac", x[1:-2])
    case("round.decimals", line(1.234, -1.235, 2.5, 15), decimals=2)
    case("round.decimals", line(1234, 1250, -35), decimals=-2)
    case("floor", torch.tensor([1, -2]))


def pairs(case):
    x, y = line(1, NAN, 3, -0.5, INF, 0), line(2, 1, NAN, -2, 5, 0)
    for name in ("maximum", "minimum", "fmax", "fmin", "atan2", "logaddexp", "logaddexp2", "hypot"):
        case(name, x, y)
    for name in ("add.Tensor", "sub.Tensor", "mul.Tensor", "div.Tensor", "copysign.Tensor", "xlogy.Tensor"):
        case(name, x, y)
    case("atan2", line(0, 0, 1, -1), line(-1, 1, 0, -0.0))
    case("add.Tensor", x, y, alpha=3)
    case("rsub.Scalar", x, 2, 3)
    case("rsub.Tensor", x, y, alpha=2)
    case("mul.Tensor", x.reshape(2, 3, 1), line(1, 2))
    case("pow.Tensor_Tensor", line(-2, -2, 0, 2, 9, -8, INF), line(3, 0.5, 0, -1, 0.5, 2, 0))
    for exponent in (2, 3, 0.5, -1, 0, 1.7, -0.5):
        case("pow.Tensor_Scalar", line(-2, 0, 0.5, 3), exponent)
    case("pow.Scalar", 2, line(-1, 0, 3.5))
    case("addcmul", x, y, y, value=2)
    case("addcdiv", x, y, y, value=0.5)
    case("lerp.Scalar", line(1, 2), line(3, -4), 0.3)
    case("lerp.Tensor", line(1, 2), line(3, -4), line(0.9, 0.1))


def integers(case):
    for dtype in INTEGERS:
        top = torch.iinfo(dtype).max if dtype != torch.int64 else 2**40
        x, y = torch.tensor([top, 100, 7, 0], dtype=dtype), torch.tensor([1, 100, 3, 1], dtype=dtype)
        for name in ("add.Tensor", "sub.Tensor", "mul.Tensor", "pow.Tensor_Tensor"):
            case(name, x if name[0] != "p" else x[1:], y if name[0] != "p" else y[1:] % 11)
        case("pow.Tensor_Scalar", x, 3 if dtype != torch.int64 else 1)
    case("mul.Tensor", torch.tensor([2**31 - 1, -(2**31)], dtype=torch.int32),
         torch.tensor([2**31 - 1, 3], dtype=torch.int32))
    case("rsub.Scalar", torch.tensor([1, 200], dtype=torch.uint8), 3)
    case("add.Tensor", torch.tensor([True, True, False]), torch.tensor([True, False, False]))
    case("mul.Tensor", torch.tensor([True, True, False]), torch.tensor([True, False, False]))
    case("add.Tensor", torch.tensor([True, False]), torch.tensor([3, 4], dtype=torch.int8))
    case("add.Tensor", torch.tensor([1, 2]), 0.5)
    case("mul.Tensor", torch.tensor([1, 2], dtype=torch.int8), torch.tensor([0.5, 0.25]))
    case("div.Tensor", torch.tensor([1, -7]), torch.tensor([2, 2]))
    case("add_.Tensor", torch.tensor([120], dtype=torch.int8), 10)


def division(case):
    x = line(-7, 7, -7, 7, 0, -0.5, 6, 5.3, INF, NAN, 1)
    y = line(3, -3, -3, 3, 2, 2, -3, 0.1, 2, 1, INF)
    for name in ("fmod.Tensor", "remainder.Tensor", "floor_divide"):
        case(name, x, y)
    case("div.Tensor_mode", x, y, rounding_mode="floor")
    case("div.Tensor_mode", x, y, rounding_mode="trunc")
    case("div.Tensor_mode", x, y, rounding_mode=None)
    case("div.Tensor_mode", line(1, -1, 0), line(0, 0, 0), rounding_mode="floor")
    case("remainder.Scalar", x, -3)
    case("fmod.Scalar", x, 2.5)
    case("remainder.Scalar_Tensor", 7, y)
    for dtype in (torch.int8, torch.int32, torch.int64):
        a, b = torch.tensor([-7, 7, -7, 7, 6, 0], dtype=dtype), torch.tensor([3, -3, -3, 3, -3, 5], dtype=dtype)
        for name in ("fmod.Tensor", "remainder.Tensor", "floor_divide"):
            case(name, a, b)
        case("div.Tensor_mode", a, b, rounding_mode="floor")
        case("div.Tensor_mode", a, b, rounding_mode="trunc")
    case("div.Tensor_mode", torch.tensor([200, 7], dtype=torch.uint8), torch.tensor([3, 2], dtype=torch.uint8),
         rounding_mode="trunc")
    case("div.Scalar_mode", torch.tensor([-9, 9]), 2, rounding_mode="floor")
    case("floor_divide.Scalar", torch.tensor([-9, 9]), 2)


def comparisons(case):
    x, y = line(1, 2, NAN, INF, -0.0, 3), line(2, 2, NAN, INF, 0, 1)
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        case(name + ".Tensor", x, y)
        case(name + ".Scalar", x, 2)
        case(name + ".Tensor", x.reshape(6, 1), y[:2])
    case("eq.Scalar", torch.tensor([0.1, 0.2]), 0.1)
    case("lt.Scalar", torch.tensor([0.1, 0.2]), 0.1)
    case("gt.Scalar", torch.tensor([1, 2]), 1.5)
    case("eq.Scalar", torch.tensor([True, False]), 1)
    case("isclose", line(1, 1, NAN, INF, 1e8), line(1.00001, 1.1, NAN, INF, 1e8 + 1))
    case("isclose", line(NAN, -INF), line(NAN, INF), equal_nan=True)


def logic(case):
    a, b = torch.tensor([True, True, False, False]), torch.tensor([True, False, True, False])
    x, y = line(0, NAN, 2, -1), line(0, 0, 1, INF)
    for name in ("logical_and", "logical_or", "logical_xor"):
        case(name, a, b)
        case(name, x, y)
    case("logical_not", torch.tensor([0, 3, -1]))
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor"):
        case(name + ".Tensor", a, b)
        for dtype in INTEGERS:
            case(name + ".Tensor", torch.tensor([12, 7, 100], dtype=dtype), torch.tensor([10, 0, 77], dtype=dtype))
        case(name + ".Tensor", torch.tensor([-5, 9]), torch.tensor([3, -2]))
        case(name + ".Scalar", torch.tensor([-5, 9]), 6)
    case("bitwise_not", a)
    for dtype in INTEGERS:
        case("bitwise_not", torch.tensor([0, 5, 100], dtype=dtype))
        case("bitwise_left_shift.Tensor", torch.tensor([1, 100, 3], dtype=dtype), torch.tensor([0, 1, 7], dtype=dtype))
        case("bitwise_right_shift.Tensor", torch.tensor([1, 100, 3], dtype=dtype), torch.tensor([0, 2, 1], dtype=dtype))
    case("bitwise_right_shift.Tensor", torch.tensor([-8, -1]), torch.tensor([1, 5]))
    case("bitwise_right_shift.Tensor_Scalar", torch.tensor([200], dtype=torch.uint8), 3)


def choices(case):
    mask = torch.tensor([[True], [False]])
    x, y = line(1, 2, NAN), line(-1, -2, -3)
    case("where.self", mask, x, y)
    case("where.self", torch.tensor(True), x, y)
    case("where.ScalarOther", mask, x, 0)
    case("where.ScalarSelf", mask, 7, y)
    case("where.Scalar", mask, 7, 9)
    case("masked_fill.Scalar", x.reshape(1, 3).repeat(2, 1), mask, -INF)
    case("masked_fill.Tensor", x, torch.tensor([True, False, True]), torch.tensor(5.0, dtype=torch.float64))
    z = line(-2, 0.5, 3, NAN)
    case("clamp", z, -1, 1)
    case("clamp", z, None, 1)
    case("clamp", z, 2, 1)
    case("clip", z, 0)
    case("clamp.Tensor", z, line(0, 1, NAN, 1), line(1, 0, 1, 2))
    case("clamp.Tensor", z, None, line(1))
    case("clamp_min", z, 0.7)
    case("clamp_min.Tensor", z, line(0.7))
    case("clamp_max", z, 0.2)
    case("clamp_max.Tensor", z, line(1, 0, NAN, 1))
    case("clamp", torch.tensor([-200, 5, 300]), -100, 100)


def conversions(case):
    x = line(NAN, INF, -INF, 3e9, -3e9, 300.7, -1.5, -129.9, 70000, 0)
    for dtype in INTEGERS + (torch.uint16, torch.bool, torch.float32):
        case("to.dtype", x, dtype)
    case("to.dtype", line(1e300, 65519, 65520, 1e-8, 2049), torch.float16)
    case("to.dtype", line(1 + 2**-8, 1 + 3 * 2**-8, 1e39), torch.bfloat16)
    case("to.dtype", line(1e300, 1 + 2**-30), torch.float32)
    y = torch.tensor([2**31 + 5, -7, 300])
    for dtype in INTEGERS + (torch.bool, torch.float32, torch.uint32):
        case("to.dtype", y, dtype)
    case("_to_copy", x, dtype=torch.int32)
    case("type_as", line(1.5, -2.5), torch.tensor([1]))
    case("copy", torch.zeros(2, 2, dtype=torch.int32), line(1.9, -2.9))
    case("copy_", torch.zeros(2, 2), line(1.5, -2.9))
