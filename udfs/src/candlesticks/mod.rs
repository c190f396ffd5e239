//! Candlestick patterns as in TA-Lib: window functions, one signal a row from the candles up to it.
//!
//! The words of the contracts, TA-Lib's default candle settings: a body is *long* when longer than the
//! mean body of the ten candles before it, and *short* when shorter. A *doji* has a body of at most a
//! tenth of the mean range of those ten. *No shadow* means one below that tenth, a *short* shadow one
//! below half the mean of their two shadows together. A *long* shadow is longer than its own candle's
//! body, a *very long* one longer than twice that. Prices are *the same* within 5 %, and *near* within
//! 20 %, of the mean range of the five candles before; bodies are *far* apart beyond 60 %. A candle is
//! *white* when it closes at its open or above, else *black*. Bodies *gap* when they do not overlap.
//! No pattern asks for a trend before it: add that condition to the query.
//!
//! NULL policy of the whole family: a row with a NULL gives NULL and is otherwise treated as absent.

use crate::function::Function;

mod arguments;
mod cdl2crows;
mod cdl3blackcrows;
mod cdl3inside;
mod cdl3linestrike;
mod cdl3outside;
mod cdl3starsinsouth;
mod cdl3whitesoldiers;
mod cdlabandonedbaby;
mod cdladvanceblock;
mod cdlbelthold;
mod cdlbreakaway;
mod cdlclosingmarubozu;
mod cdlconcealbabyswall;
mod cdlcounterattack;
mod cdldarkcloudcover;
mod cdldoji;
mod cdldojistar;
mod cdldragonflydoji;
mod cdlengulfing;
mod cdleveningdojistar;
mod cdleveningstar;
mod cdlgapsidesidewhite;
mod cdlgravestonedoji;
mod cdlhammer;
mod cdlhangingman;
mod cdlharami;
mod cdlharamicross;
mod cdlhighwave;
mod cdlhikkake;
mod cdlhikkakemod;
mod cdlhomingpigeon;
mod cdlidentical3crows;
mod cdlinneck;
mod cdlinvertedhammer;
mod cdlkicking;
mod cdlkickingbylength;
mod cdlladderbottom;
mod cdllongleggeddoji;
mod cdllongline;
mod cdlmarubozu;
mod cdlmatchinglow;
mod cdlmathold;
mod cdlmorningdojistar;
mod cdlmorningstar;
mod cdlonneck;
mod cdlpiercing;
mod cdlrickshawman;
mod cdlrisefall3methods;
mod cdlseparatinglines;
mod cdlshootingstar;
mod cdlshortline;
mod cdlspinningtop;
mod cdlstalledpattern;
mod cdlsticksandwich;
mod cdltakuri;
mod cdltasukigap;
mod cdlthrusting;
mod cdltristar;
mod cdlunique3river;
mod cdlupsidegap2crows;
mod cdlxsidegap3methods;
mod signal;

/// Every function of the family, in alphabetical order.
pub fn functions() -> Vec<Function> {
    vec![
        cdl2crows::function(),
        cdl3blackcrows::function(),
        cdl3inside::function(),
        cdl3linestrike::function(),
        cdl3outside::function(),
        cdl3starsinsouth::function(),
        cdl3whitesoldiers::function(),
        cdlabandonedbaby::function(),
        cdladvanceblock::function(),
        cdlbelthold::function(),
        cdlbreakaway::function(),
        cdlclosingmarubozu::function(),
        cdlconcealbabyswall::function(),
        cdlcounterattack::function(),
        cdldarkcloudcover::function(),
        cdldoji::function(),
        cdldojistar::function(),
        cdldragonflydoji::function(),
        cdlengulfing::function(),
        cdleveningdojistar::function(),
        cdleveningstar::function(),
        cdlgapsidesidewhite::function(),
        cdlgravestonedoji::function(),
        cdlhammer::function(),
        cdlhangingman::function(),
        cdlharami::function(),
        cdlharamicross::function(),
        cdlhighwave::function(),
        cdlhikkake::function(),
        cdlhikkakemod::function(),
        cdlhomingpigeon::function(),
        cdlidentical3crows::function(),
        cdlinneck::function(),
        cdlinvertedhammer::function(),
        cdlkicking::function(),
        cdlkickingbylength::function(),
        cdlladderbottom::function(),
        cdllongleggeddoji::function(),
        cdllongline::function(),
        cdlmarubozu::function(),
        cdlmatchinglow::function(),
        cdlmathold::function(),
        cdlmorningdojistar::function(),
        cdlmorningstar::function(),
        cdlonneck::function(),
        cdlpiercing::function(),
        cdlrickshawman::function(),
        cdlrisefall3methods::function(),
        cdlseparatinglines::function(),
        cdlshootingstar::function(),
        cdlshortline::function(),
        cdlspinningtop::function(),
        cdlstalledpattern::function(),
        cdlsticksandwich::function(),
        cdltakuri::function(),
        cdltasukigap::function(),
        cdlthrusting::function(),
        cdltristar::function(),
        cdlunique3river::function(),
        cdlupsidegap2crows::function(),
        cdlxsidegap3methods::function(),
    ]
}
