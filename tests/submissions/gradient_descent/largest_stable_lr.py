"""Answers written blind for `gradient_descent.largest_stable_lr`, each under the verdict that it deserves."""

import math

import numpy as np
import torch
from submissions import passes, rejected

_eigenvalues = torch.linalg.eigvalsh

def _power_iteration(v, h, n):
    for _ in range(n):
        v = h @ v
        v = v / v.norm()
    return 2 / float(v @ h @ v)

eigvalsh_last = passes(lambda hessian: 2 / torch.linalg.eigvalsh(hessian)[-1].item())
matrix_norm_2 = passes(lambda hessian: 2.0 / float(torch.linalg.matrix_norm(hessian, 2)))
svdvals = passes(lambda hessian: float(2 / torch.linalg.svdvals(hessian)[0]))
numpy_norm_2 = passes(lambda hessian: 2 / np.linalg.norm(hessian.numpy(), 2))
numpy_eigvals_max_real = passes(lambda hessian: float(2 / np.linalg.eigvals(hessian.numpy()).real.max()))
torch_eigvals_abs = passes(lambda hessian: (2 / torch.linalg.eigvals(hessian).abs().max()).item())
smallest_of_the_inverse = passes(lambda hessian: float(2 * torch.linalg.eigvalsh(torch.linalg.inv(hessian)).min()))
eigenvalues_of_half_h = passes(lambda hessian: 1 / max(torch.linalg.eigvalsh(hessian / 2).tolist()))
root_of_the_square = passes(lambda hessian: 2 / math.sqrt(float(torch.linalg.eigvalsh(hessian @ hessian).max())))

@passes
def rayleigh_quotient(hessian):
    w, q = torch.linalg.eigh(hessian)
    v = q[:, w.argmax()]
    return 2.0 / torch.dot(v, hessian @ v).item()

@passes
def repeated_squaring(hessian):
    a = hessian / torch.trace(hessian)
    for _ in range(80):
        a = a @ a
        a = a / torch.trace(a)
        a = (a + a.mT) / 2
    return 2 / float((a * hessian).sum() / torch.trace(a))

@passes
def bisection_with_cholesky(hessian):
    lo, hi = 0.0, 2 * float(hessian.abs().sum())
    eye = torch.eye(len(hessian), dtype=hessian.dtype)
    for _ in range(100):
        mid = (lo + hi) / 2
        if torch.linalg.cholesky_ex(mid * eye - hessian).info == 0:
            hi = mid
        else:
            lo = mid
    return 2 / hi

@passes
def bisection_on_the_spectral_radius(hessian):
    n = hessian.shape[0]
    lo, hi = 0.0, 2.5 / float(hessian.diagonal().max())
    for _ in range(80):
        mid = 0.5 * (lo + hi)
        r = torch.linalg.eigvalsh(torch.eye(n, dtype=hessian.dtype) - mid * hessian).abs().max()
        if r < 1:
            lo = mid
        else:
            hi = mid
    return lo

@passes
def long_power_iteration(hessian):
    h = hessian.numpy()
    m = h / np.trace(h)
    for _ in range(40):
        m = m @ m
        m /= np.linalg.norm(m)
    v = m @ np.random.standard_normal(len(h))
    for _ in range(5):
        v = h @ v
        v /= np.linalg.norm(v)
    return float(2 / (v @ h @ v))

@passes
def jacobi_rotations(hessian):
    a = hessian.numpy().copy()
    n = len(a)
    for _ in range(60):
        if n == 1 or np.abs(a - np.diag(np.diag(a))).max() < 1e-14 * np.abs(a).max():
            break
        for i in range(n):
            for j in range(i + 1, n):
                t = 0.5 * math.atan2(2 * a[i, j], a[j, j] - a[i, i])
                r = np.eye(n)
                r[i, i] = r[j, j] = math.cos(t)
                r[i, j], r[j, i] = math.sin(t), -math.sin(t)
                a = r.T @ a @ r
    return float(2 / np.diag(a).max())

@passes
def autograd_hessian(hessian):
    h = torch.autograd.functional.hessian(lambda x: 0.5 * x @ hessian @ x,
        torch.zeros(len(hessian), dtype=hessian.dtype))
    return 2 / torch.linalg.eigvalsh(h).amax().item()

eigenvectors_of_eigh_with_u = passes(lambda hessian: 2 / float(torch.linalg.eigh(hessian, UPLO="U").eigenvalues.max()))
smallest_limit_of_all = passes(lambda hessian: min(2.0 / e for e in torch.linalg.eigvalsh(hessian).tolist()))

@passes
def qr_algorithm(hessian):
    a = hessian.clone()
    n = len(a)
    eye = torch.eye(n, dtype=a.dtype)
    for k in range(n - 1, 0, -1):  # Wilkinson-shifted QR with deflation
        for _ in range(200):
            if a[k, :k].abs().max() < 1e-15 * hessian.abs().max():
                break
            d = (a[k - 1, k - 1] - a[k, k]) / 2
            b = a[k, k - 1]
            s = 1.0 if d >= 0 else -1.0
            den = abs(d) + torch.sqrt(d * d + b * b)
            mu = a[k, k] - s * b * b / den if den > 0 else a[k, k]
            q, r = torch.linalg.qr(a[: k + 1, : k + 1] - mu * eye[: k + 1, : k + 1])
            a[: k + 1, : k + 1] = r @ q + mu * eye[: k + 1, : k + 1]
    return 2 / a.diagonal().max().item()

# loses digits for larger n
roots_of_the_polynomial = rejected()(lambda hessian: float(2 / np.roots(np.poly(hessian.numpy())).real.max()))

@rejected()
def simulated_to_three_digits(hessian):
    lo, hi = 0.0, 3 / float(hessian.diagonal().max())
    x0 = torch.from_numpy(np.random.standard_normal(len(hessian)))
    while hi - lo > 1e-3 * hi:
        lr = (lo + hi) / 2
        x = x0.clone()
        for _ in range(400):
            x = x - lr * (hessian @ x)
        if x.norm() < 1e8 and (hessian @ x).norm() <= (hessian @ x - lr * hessian @ (hessian @ x)).norm():
            hi = lr
        elif x.norm() >= 1e8:
            hi = lr
        else:
            lo = lr
    return lo

one_over_largest = rejected("1/λ")(lambda hessian: 1 / _eigenvalues(hessian)[-1].item())  # the textbook's safe choice
two_over_smallest = rejected("smallest eigenvalue")(lambda hessian: 2 / _eigenvalues(hessian)[0].item())
one_over_smallest = rejected("1/λ of the smallest")(lambda hessian: 1 / _eigenvalues(hessian)[0].item())
two_over_sum = rejected("best rate")(lambda hessian: float(2 / (_eigenvalues(hessian)[0] + _eigenvalues(hessian)[-1])))
four_over_largest = rejected("4/λ")(lambda hessian: 4 / _eigenvalues(hessian)[-1].item())
twice_the_largest = rejected("twice the eigenvalue")(lambda hessian: 2 * _eigenvalues(hessian)[-1].item())
half_the_largest = rejected("half the eigenvalue")(lambda hessian: _eigenvalues(hessian)[-1].item() / 2)
largest_eigenvalue = rejected("the largest eigenvalue")(lambda hessian: _eigenvalues(hessian)[-1].item())
two_over_trace = rejected("trace")(lambda hessian: 2 / float(hessian.trace()))
frobenius_norm = rejected("Frobenius norm")(lambda hessian: 2 / float(hessian.norm()))
norm_without_order = rejected("Frobenius norm")(lambda hessian: 2 / torch.linalg.norm(hessian).item())
vector_2_norm = rejected("Frobenius norm")(lambda hessian: 2 / torch.linalg.vector_norm(hessian, 2).item())
nuclear_norm = rejected("trace")(lambda hessian: 2 / torch.linalg.matrix_norm(hessian, "nuc").item())
infinity_norm = rejected("largest row")(lambda hessian: 2 / hessian.abs().sum(1).max().item())
one_norm = rejected("largest row")(lambda hessian: 2 / torch.linalg.matrix_norm(hessian, 1).item())
row_sums_without_abs = rejected()(lambda hessian: 2 / hessian.sum(1).max().item())
largest_on_the_diagonal = rejected("diagonal only")(lambda hessian: 2 / hessian.diagonal().max().item())
largest_entry = rejected("diagonal only")(lambda hessian: 2 / hessian.max().item())
last_diagonal_entry = rejected()(lambda hessian: 2 / hessian[-1, -1].item())
determinant = rejected("determinant")(lambda hessian: 2 / torch.linalg.det(hessian).item())
# right where the smallest is 1, as in the example
condition_number = rejected("2 over the condition number")(lambda hessian: 2 / torch.linalg.cond(hessian).item())
two_over_kappa = rejected("2 over the condition number")(lambda hessian:
    2 * (_eigenvalues(hessian)[0] / _eigenvalues(hessian)[-1]).item())
product_of_both_ends = rejected("all eigenvalues multiplied")(lambda hessian:
    2 / (_eigenvalues(hessian)[0] * _eigenvalues(hessian)[-1]).item())
formula_for_two_by_two = rejected()(lambda hessian: 2 / float((hessian[0, 0] + hessian[-1, -1]) / 2
    + torch.sqrt(((hessian[0, 0] - hessian[-1, -1]) / 2) ** 2 + hessian[0, -1] ** 2)))
root_of_the_square_forgotten = rejected()(lambda hessian: 2 / _eigenvalues(hessian.T @ hessian)[-1].item())
root_too_many = rejected()(lambda hessian: 2 / math.sqrt(_eigenvalues(hessian)[-1].item()))
heavy_ball_limit = rejected("heavy ball, momentum 0.9")(lambda hessian: 2 * 1.9 / _eigenvalues(hessian)[-1].item())
two_over_mean = rejected("mean eigenvalue")(lambda hessian: 2 / _eigenvalues(hessian).mean().item())
first_of_unsorted = rejected()(lambda hessian: 2 / torch.linalg.eigvals(hessian)[0].real.item())
last_of_unsorted = rejected()(lambda hessian: float(2 / np.linalg.eig(hessian.numpy())[0][-1].real))
cholesky_not_squared = rejected()(lambda hessian: 2 / torch.linalg.svdvals(torch.linalg.cholesky(hessian))[0].item())
cholesky_pivots = rejected()(lambda hessian: 2 / (torch.linalg.cholesky(hessian).diagonal() ** 2).max().item())
diagonal_of_r = rejected()(lambda hessian: 2 / torch.linalg.qr(hessian).R.diagonal().abs().max().item())
a_limit_for_each_eigenvalue = rejected("all limits")(lambda hessian: (2 / _eigenvalues(hessian)).tolist())
in_float32 = rejected()(lambda hessian: 2 / _eigenvalues(hessian.float())[-1].item())
rounded_to_4 = rejected()(lambda hessian: round(2 / _eigenvalues(hessian)[-1].item(), 4))
a_little_less = rejected()(lambda hessian: 2 / _eigenvalues(hessian)[-1].item() - 1e-6)
damped_below = rejected()(lambda hessian: 2 / (_eigenvalues(hessian)[-1].item() + 1e-6))
capped_at_1 = rejected()(lambda hessian: min(1.0, 2 / _eigenvalues(hessian)[-1].item()))
squeezed_h = rejected(status="error")(lambda hessian: 2 / _eigenvalues(hessian.squeeze())[-1].item())
n_1_apart = rejected()(lambda hessian:
    1 / hessian.item() if len(hessian) == 1 else 2 / _eigenvalues(hessian)[-1].item())
second_largest = rejected()(lambda hessian: 2 / _eigenvalues(hessian)[max(len(hessian) - 2, 0)].item())
eigenvalue_number_1 = rejected(status="error")(lambda hessian: 2 / _eigenvalues(hessian)[1].item())
int_division = rejected()(lambda hessian: 2 // _eigenvalues(hessian)[-1].item())
lower_triangle = rejected("diagonal only")(lambda hessian: 2 / torch.linalg.eigvals(hessian.tril()).real.max().item())
power_iteration_from_ones = rejected()(lambda hessian:  # ones may be orthogonal to the top eigenvector
    _power_iteration(torch.ones(len(hessian), dtype=hessian.dtype), hessian, 2000))
power_iteration_from_e1 = rejected()(lambda hessian:
    _power_iteration(torch.eye(len(hessian), dtype=hessian.dtype)[0], hessian, 2000))
power_iteration_ten_steps = rejected()(lambda hessian:
    _power_iteration(torch.from_numpy(np.random.standard_normal(len(hessian))), hessian, 10))

@rejected()
def power_iteration_overflows(hessian):
    v = torch.ones(len(hessian), dtype=hessian.dtype) + 0.1 * torch.arange(len(hessian), dtype=hessian.dtype)
    for _ in range(1000):
        v = hessian @ v
    return 2 / float((v @ hessian @ v) / (v @ v))

@rejected("hessian changed")
def symmetrised_in_place(hessian):
    hessian *= 0.5
    hessian += hessian.T.clone()
    hessian /= 2
    return 1 / _eigenvalues(hessian)[-1].item()

@rejected("hessian changed")
def deflation_in_place(hessian):
    w, q = torch.linalg.eigh(hessian)
    hessian -= w[-1] * torch.outer(q[:, -1], q[:, -1])
    return 2 / w[-1].item()

@rejected()
def simulation_from_ones(hessian):
    for lr in np.linspace(0.01, 2, 200):
        x = torch.ones(len(hessian), dtype=hessian.dtype)
        for _ in range(100):
            x = x - lr * (hessian @ x)
        if not x.norm() < 1e3:
            return float(lr)
    return 2.0

_SEEN = {}
cached_for_shape = rejected()(lambda hessian: _SEEN.setdefault(len(hessian), 2 / _eigenvalues(hessian)[-1].item()))
returns_none = rejected("nothing returned")(lambda hessian: None)
as_text = rejected()(lambda hessian: f"{2 / _eigenvalues(hessian)[-1].item():.4f}")
