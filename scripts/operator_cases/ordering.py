"""Reductions, running sums and orders."""
import torch

INF, NAN = float("inf"), float("nan")


def draw(*shape):
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def cases(case):
    sums(case)
    spread(case)
    extremes(case)
    truth(case)
    scans(case)
    orders(case)


def sums(case):
    x = draw(2, 3, 2)
    for name in ("sum.dim_IntList", "mean.dim", "amax", "amin"):
        for axes in ([1], [0, -1], [0, 1, 2]):
            case(name, x, axes)
            case(name, x, axes, True)
    case("sum", torch.tensor([True, True, False]))
    case("sum.dim_IntList", torch.tensor([[100, 100]], dtype=torch.int8), [1])
    case("sum", torch.tensor([1.9, 1.9]), dtype=torch.int64)
    case("mean", torch.tensor([1, 2, 4]), dtype=torch.float64)
    case("sum", torch.zeros(0, 3))
    case("sum.dim_IntList", torch.zeros(0, 3), [0])
    case("prod", x)
    case("prod.dim_int", x, 1)
    case("prod.dim_int", torch.tensor([[100, 3], [4, 5]], dtype=torch.int8), 0, True)
    case("prod", torch.zeros(0))
    case("nansum", torch.tensor([1.0, NAN, 2]))
    case("count_nonzero", x)
    case("count_nonzero.dim_IntList", torch.tensor([[0, 1], [2, 3]]), [0])
    case("logsumexp", x, [0, 1])
    case("logsumexp", torch.tensor([[-INF, -INF], [INF, 1]]), [1], True)


def spread(case):
    x = draw(2, 3, 2)
    for name in ("var", "std"):
        case(name, x)
        case(name, x, False)
        case(name + ".dim", x, [1], False, True)
        case(name + ".dim", x, [0, 2])
        case(name + ".correction", x, [1], correction=0)
        case(name + ".correction", x, [1], correction=2, keepdim=True)
        case(name + ".correction", x)
        case(name + "_mean.correction", x, [0, 1], correction=1)
    case("var.correction", x, [2], correction=2)
    for order in (0, 1, 2, 3, INF, -INF):
        case("norm.ScalarOpt_dim", x, order, [1], True)
        case("linalg_vector_norm", x, order, [0, 2])
    case("norm.Scalar", x, 2)


def extremes(case):
    x = torch.tensor([[1, 7, 7, 0], [-3, NAN, -3, NAN]], dtype=torch.float64)
    for name in ("max", "min"):
        case(name + ".dim", x, 1)
        case(name + ".dim", x, 0, True)
        case(name, x[0])
        case("arg" + name, x)
        case("arg" + name, x, 1, True)
        case("a" + name, x, [0])
        case(name + ".dim", torch.tensor([3, 3, 1], dtype=torch.uint8), 0)
        case(name + ".dim", torch.tensor(3.0), 0)
    case("aminmax", x[:1], dim=1)
    case("aminmax", x[0])


def truth(case):
    x = torch.tensor([[0, 1, 0], [2, NAN, -1]], dtype=torch.float64)
    for name in ("any", "all"):
        case(name, x)
        case(name + ".dim", x, 1)
        case(name + ".dims", x, [0, 1], True)
        case(name + ".dim", x != 0, 0, True)
        case(name, torch.zeros(0))


def scans(case):
    x = draw(2, 3, 2)
    for name in ("cumsum", "cumprod", "logcumsumexp"):
        for axis in (0, 1, -1):
            case(name, x, axis)
        case(name, torch.tensor([1, NAN, 2], dtype=torch.float64), 0)
    case("cumsum", torch.tensor([100, 100], dtype=torch.int8), 0)
    case("cumsum", torch.tensor([100, 100], dtype=torch.int8), 0, dtype=torch.int8)
    case("cumsum", torch.tensor([1.7, 1.7]), 0, dtype=torch.int64)
    case("cumsum", torch.tensor([True, True]), 0)
    case("cumprod", torch.tensor([50, 50], dtype=torch.int32), 0)
    case("cumsum", torch.tensor(3.0), 0)
    case("cumsum", torch.zeros(2, 0), 1)
    y = torch.tensor([[1, 3, 3, 2], [NAN, 5, NAN, 1], [4, NAN, 9, 4]], dtype=torch.float64)
    for name in ("cummax", "cummin"):
        for axis in (0, 1):
            case(name, y, axis)


def orders(case):
    x = torch.tensor([[3, 1, NAN, 1, -INF, INF], [2, 2, 0, 5, -1, 2]], dtype=torch.float64)
    for descending in (False, True):
        for axis in (0, 1):
            case("sort.stable", x, stable=True, dim=axis, descending=descending)
        case("argsort.stable", x, stable=True, dim=1, descending=descending)
        case("sort", torch.tensor([3, 1, 2], dtype=torch.int8), 0, descending)
    distinct = torch.tensor([[3, 1, NAN, 0, -INF], [2, 7, 4, 5, -1]], dtype=torch.float64)
    for largest in (True, False):
        case("topk", distinct, 3, 1, largest)
        case("topk", distinct, 1, 0, largest)
    case("sort", torch.tensor(3.0))
    case("topk", torch.tensor(3.0), 1)
