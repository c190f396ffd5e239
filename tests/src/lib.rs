//! What the tests share: an engine on a lake of its own, and its answers as text.

pub mod lake;
pub mod slt;
