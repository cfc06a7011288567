//! The one look at the insured persons that a trial needs.

use crate::clock::Day;
use crate::error::Fault;
use crate::service::Tx;

/// What is asked of somebody on trial (券面の記号・番号). It is told to the centre that is tried and to nobody else.
#[expect(missing_docs, reason = "the names say it")]
pub struct Asked {
    pub insurer: String,
    pub symbol: Option<String>,
    pub number: String,
    pub branch: Option<String>,
    pub birthdate: Day,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Asked(***)")
    }
}

pub(super) fn somebody(tx: &mut Tx<'_>) -> Result<Option<Asked>, Fault> {
    let sql = "select insurer_number, symbol, number, branch, birthdate from qualification \
               where lost is null limit 1";
    let Some(row) = tx.row(sql, &[])? else {
        return Ok(None);
    };
    Ok(Some(Asked {
        insurer: row.text(0)?,
        symbol: row.opt_text(1)?,
        number: row.text(2)?,
        branch: row.opt_text(3)?,
        birthdate: row
            .opt_day(4)?
            .ok_or_else(|| Fault::at("looking for somebody", "no birthdate"))?,
    }))
}
