//! The SVI fit finds the global optimum.
use trademl_math::options::svi::fit::svi_fit;
use trademl_math::options::svi::raw::RawSvi;

#[test]
fn a_slice_without_noise_comes_back() {
    let vogt = RawSvi::new(-0.0410, 0.1331, 0.3060, 0.3586, 0.4153).unwrap();
    let k: Vec<f64> = (0..31).map(|i| -1.5 + 0.1 * f64::from(i)).collect();
    let w: Vec<f64> = k.iter().map(|k| vogt.total_variance(*k)).collect();
    let fit = svi_fit(&k, &w, None).unwrap();
    assert!(fit.rmse < 1e-14, "{fit:?}");
}
