//! Technical indicators: window functions, one value or struct a row from it and the rows before it,
//! with TA-Lib's names, constants and numbers.
//!
//! A row with a NULL argument gives NULL and is otherwise treated as absent, so lags and windows count
//! the rows that have values.

use crate::function::Function;

mod ac;
mod accbands;
mod ad;
mod adosc;
mod adr;
mod adx;
mod adxr;
mod ao;
mod apo;
mod arguments;
mod aroon;
mod aroonosc;
mod atr;
mod average;
mod avgdev;
mod avgprice;
mod bbands;
mod beta;
mod bop;
mod cci;
mod cmf;
mod cmo;
mod cmou;
mod coppock;
mod correl;
mod cvi;
mod dema;
mod donchian;
mod dpo;
mod dx;
mod efi;
mod ema;
mod er;
mod eri;
mod fosc;
mod fractal;
mod ha;
mod hma;
mod ht_dcperiod;
mod ht_dcphase;
mod ht_phasor;
mod ht_sine;
mod ht_trendline;
mod ht_trendmode;
mod imi;
mod kama;
mod kc;
mod kdj;
mod linearreg;
mod linearreg_angle;
mod linearreg_intercept;
mod linearreg_slope;
mod ma;
mod macd;
mod macdext;
mod macdfix;
mod mama;
mod marketfi;
mod massi;
mod mavp;
mod medprice;
mod mfi;
mod midpoint;
mod midprice;
mod minus_di;
mod minus_dm;
mod mom;
mod natr;
mod nvi;
mod obv;
mod percentile;
mod percentrank;
mod plus_di;
mod plus_dm;
mod ppo;
mod pvi;
mod pvo;
mod pvt;
mod qstick;
mod rma;
mod roc;
mod rocp;
mod rocr;
mod rocr100;
mod rsi;
mod rvi;
mod rvol;
mod sar;
mod sarext;
mod sma;
mod smi;
mod stoch;
mod stochf;
mod stochrsi;
mod supertrend;
mod t3;
mod ta_stddev;
mod ta_var;
mod tema;
mod trange;
mod trima;
mod trix;
mod tsf;
mod tsi;
mod typprice;
mod ultosc;
mod vhf;
mod vortex;
mod vwap;
mod vwma;
mod wad;
mod wclprice;
mod willr;
mod wma;
mod zlema;

/// Every function of the family, in documentation order.
pub fn functions() -> Vec<Function> {
    vec![
        ac::function(),
        accbands::function(),
        ad::function(),
        adosc::function(),
        adr::function(),
        adx::function(),
        adxr::function(),
        ao::function(),
        apo::function(),
        aroon::function(),
        aroonosc::function(),
        avgdev::function(),
        avgprice::function(),
        bbands::function(),
        beta::function(),
        atr::function(),
        bop::function(),
        cci::function(),
        cmf::function(),
        cmo::function(),
        cmou::function(),
        coppock::function(),
        correl::function(),
        dema::function(),
        donchian::function(),
        dpo::function(),
        dx::function(),
        ema::function(),
        cvi::function(),
        efi::function(),
        er::function(),
        eri::function(),
        fosc::function(),
        fractal::function(),
        ha::function(),
        hma::function(),
        ht_dcperiod::function(),
        ht_dcphase::function(),
        ht_phasor::function(),
        ht_sine::function(),
        ht_trendline::function(),
        ht_trendmode::function(),
        imi::function(),
        kama::function(),
        kc::function(),
        kdj::function(),
        linearreg::function(),
        linearreg_angle::function(),
        linearreg_intercept::function(),
        linearreg_slope::function(),
        ma::function(),
        macd::function(),
        macdext::function(),
        macdfix::function(),
        mama::function(),
        mavp::function(),
        medprice::function(),
        marketfi::function(),
        massi::function(),
        mfi::function(),
        midpoint::function(),
        midprice::function(),
        minus_di::function(),
        minus_dm::function(),
        mom::function(),
        percentile::function(),
        percentrank::function(),
        natr::function(),
        nvi::function(),
        obv::function(),
        plus_di::function(),
        plus_dm::function(),
        ppo::function(),
        pvi::function(),
        pvo::function(),
        pvt::function(),
        qstick::function(),
        rma::function(),
        roc::function(),
        rocp::function(),
        rocr::function(),
        rocr100::function(),
        rsi::function(),
        sar::function(),
        sarext::function(),
        sma::function(),
        rvi::function(),
        rvol::function(),
        smi::function(),
        stoch::function(),
        stochf::function(),
        stochrsi::function(),
        supertrend::function(),
        t3::function(),
        ta_stddev::function(),
        ta_var::function(),
        tema::function(),
        trima::function(),
        trange::function(),
        trix::function(),
        tsf::function(),
        tsi::function(),
        typprice::function(),
        ultosc::function(),
        vhf::function(),
        vortex::function(),
        vwma::function(),
        vwap::function(),
        wad::function(),
        wclprice::function(),
        willr::function(),
        wma::function(),
        zlema::function(),
    ]
}
