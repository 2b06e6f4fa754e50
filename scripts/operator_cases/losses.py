"""Losses; reductions are 0 none, 1 mean, 2 sum."""
import torch

NAN = float("nan")


def draw(*shape):
    return (torch.randn(shape, dtype=torch.float64) * 50).round() / 50


def unit(*shape):
    return (torch.rand(shape, dtype=torch.float64) * 50).round() / 50


def cases(case):
    pointwise(case)
    probabilities(case)
    signs(case)
    distances(case)
    classes(case)


def pointwise(case):
    x, y = draw(3, 4), draw(3, 4)
    x[0, 0] = NAN
    for reduction in (0, 1, 2):
        for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
            case(name, x[1:], y[1:], reduction)
    case("mse_loss", x, y)
    case("smooth_l1_loss", x, y, 0, 0.3)
    case("smooth_l1_loss", x, y, 0, 0)
    case("huber_loss", x, y, 0, 2.0)
    case("poisson_nll_loss", y, unit(3, 4) * 4, True, True, 1e-8, 0)
    case("poisson_nll_loss", unit(4), unit(4) * 4, False, False, 1e-2, 1)


def probabilities(case):
    x, p = draw(3, 4), unit(3, 4)
    p[0, 0], p[0, 1] = 0, 1
    for reduction in (0, 1, 2):
        case("kl_div", x, p, reduction)
    case("kl_div", x, draw(3, 4), 0, log_target=True)
    case("kl_div", x, p)
    likely = unit(3, 4)
    likely[0, 0], likely[1, 1] = 0, 1
    case("binary_cross_entropy", likely, p, None, 0)
    case("binary_cross_entropy", likely, p, draw(4), 1)
    case("binary_cross_entropy", likely, p)
    x[2, 2], x[2, 3] = 800, -800
    case("binary_cross_entropy_with_logits", x, p, None, None, 0)
    case("binary_cross_entropy_with_logits", x, p, draw(3, 4), unit(4), 0)
    case("binary_cross_entropy_with_logits", x, p, None, draw(4), 2)


def signs(case):
    x, y = draw(6), draw(6)
    target = torch.tensor([1.0, -1, 1, -1, -1, 1], dtype=torch.float64)
    for reduction in (0, 1, 2):
        case("soft_margin_loss", x, target, reduction)
        case("hinge_embedding_loss", x, target, 0.7, reduction)
        case("margin_ranking_loss", x, y, target, 0.3, reduction)
    case("hinge_embedding_loss", x, target * torch.tensor([0.0, 1, 1, 1, 1, 1], dtype=torch.float64), 1.0, 0)


def distances(case):
    a, b, c = draw(3, 4), draw(3, 4), draw(3, 4)
    for order in (1.0, 2.0, 3.0, float("inf")):
        case("pairwise_distance", a, b, order)
        case("triplet_margin_loss", a, b, c, 1.0, order, 1e-6, False, 0)
    case("pairwise_distance", a, b[0], 2.0, 1e-2, True)
    case("triplet_margin_loss", a, b, c)
    case("triplet_margin_loss", a, b, c, 0.5, 2.0, 1e-3, True, 2)
    case("triplet_margin_loss", draw(2, 1, 3), draw(2, 3, 3), draw(1, 3, 3), 2.0)
    b[0] = 0
    case("cosine_similarity", a, b)
    case("cosine_similarity", a, b, 0, 2.0)
    case("cosine_similarity", draw(2, 3, 1), draw(3, 4), -2)
    target = torch.tensor([1, -1, 1])
    for reduction in (0, 1, 2):
        case("cosine_embedding_loss", a, b, target, 0.1, reduction)
    case("cosine_embedding_loss", a[1], c[1], torch.tensor(-1), -0.5)


def classes(case):
    x, weight = draw(4, 3), unit(3) + 0.5
    target = torch.tensor([0, 2, 1, 2])
    for reduction in (0, 1, 2):
        case("cross_entropy_loss", x, target, None, reduction)
        case("cross_entropy_loss", x, target, weight, reduction, 1)
        case("cross_entropy_loss", x, target, weight, reduction, 2, 0.1)
        case("cross_entropy_loss", x, target, None, reduction, -100, 0.3)
        case("cross_entropy_loss", x, unit(4, 3), weight, reduction, -100, 0.1)
        case("nll_loss_nd", x, target, weight, reduction, 1)
    case("cross_entropy_loss", x, torch.tensor([0, -100, 1, -100]))
    case("cross_entropy_loss", x, torch.tensor([1, 1, 1, 1]), None, 1, 1)
    case("cross_entropy_loss", draw(3), torch.tensor(2))
    case("cross_entropy_loss", draw(3), unit(3))
    case("cross_entropy_loss", draw(2, 3, 2, 2), torch.tensor([[[0, 1], [2, 1]], [[2, 2], [0, 1]]]), weight, 1, 1, 0.2)
    case("cross_entropy_loss", draw(2, 3, 2), unit(2, 3, 2), weight)
    case("cross_entropy_loss", draw(2, 3, 2), torch.tensor([[0, 1], [2, 1]]), weight, 0, 0, 0.2)
    case("nll_loss_nd", draw(2, 3, 2), torch.tensor([[0, 1], [2, 1]]), weight)
    case("nll_loss_nd", draw(3), torch.tensor(1))
    case("nll_loss", x, target)
    case("nll_loss2d", draw(1, 3, 1, 2), torch.tensor([[[0, 2]]]), weight)
    case("nll_loss_forward", x, target, weight, 1, 1)
