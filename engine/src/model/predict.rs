//! The scalar function behind `ML.PREDICT`: features in, prediction out, one model inside.

use std::hash::{Hash, Hasher};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};

use super::Model;

#[derive(Debug)]
pub(crate) struct Predict {
    model: Model,
    signature: Signature,
    name: String,
}

impl Predict {
    pub fn new(model: Model) -> Self {
        let signature = Signature::any(model.trained.features.len(), Volatility::Immutable);
        let name = format!("predict_{}", model.name);
        Self { model, signature, name }
    }
}

impl PartialEq for Predict {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.model.version == other.model.version
    }
}

impl Eq for Predict {}

impl Hash for Predict {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.name, self.model.version).hash(state);
    }
}

impl ScalarUDFImpl for Predict {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&args.args)?;
        let predictions = self.model.trained.predict(&columns).map_err(|e| {
            e.context(format!(
                "ML.PREDICT: model '{}' version {}",
                self.model.name, self.model.version
            ))
        })?;
        Ok(ColumnarValue::Array(std::sync::Arc::new(predictions)))
    }
}
