//! Surfaces of implied volatility over log-moneyness `k = ln(K/F)` and years to expiry, told as total
//! variance `w = σ²·t`.

pub mod dated;
pub mod density;
pub mod essvi;
pub mod local_volatility;
pub mod method;
mod simplex;
pub mod slices;
pub mod smile;
pub mod ssvi;
pub mod ssvi_fit;
