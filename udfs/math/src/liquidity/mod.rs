//! Trading volume, price impact, spreads and order flow.

pub mod abdi_ranaldo;
pub mod amihud;
pub mod average_volume;
pub mod corwin_schultz;
pub mod dispersion;
pub mod event;
pub mod kyle;
pub mod microprice;
pub mod order_flow;
pub mod overnight;
pub mod roll;
pub mod seasonality;
pub mod trade_sign;
pub mod vpin;
