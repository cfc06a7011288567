//! Routes to medical information (薬剤情報・特定健診情報), with a consent or in failure and disaster.

use crate::http::access::Access;
use crate::http::route::Route;
use crate::routes::line::routes;
use crate::web;
use Access::Session as LoggedInFor;
use onshi_core::Function as F;

pub(super) const ROUTES: &[Route] = routes! {
    GET "/web/medical" LoggedInFor(F::ListConsentedPatients), page,
        menu(Medical, "同意取得済み患者一覧", "同意のある患者の、薬剤・診療・手術・特定健診の情報を見ます。")
        => web::medical::list;
    GET "/web/medical/{person}/medicines" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::medicines::show;
    GET "/web/medical/{person}/medicines.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::medicines;
    GET "/web/medical/{person}/treatment" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::treatment::show;
    GET "/web/medical/{person}/treatment.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::treatment;
    GET "/web/medical/{person}/checkups" LoggedInFor(F::ViewMedicalInformation), page
        => web::medical::checkups::show;
    GET "/web/medical/{person}/checkups.pdf" LoggedInFor(F::ViewMedicalInformation), file
        => web::medical::pdf::checkups;
    GET "/web/emergency/medical" LoggedInFor(F::ViewInDisaster), page,
        menu(Emergency, "災害時医療情報閲覧", "カードがない患者の、薬剤・診療・手術・特定健診の情報を見ます。")
        => web::emergency::search::form;
    POST "/web/emergency/medical" LoggedInFor(F::ViewInDisaster), page => web::emergency::search::find;
    POST "/web/emergency/medical/use" LoggedInFor(F::ViewInDisaster), page => web::emergency::choose::view;
    GET "/web/emergency/medical/{use}/medicines" LoggedInFor(F::ViewInDisaster), page
        => web::medical::medicines::show;
    GET "/web/emergency/medical/{use}/medicines.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::medicines;
    GET "/web/emergency/medical/{use}/treatment" LoggedInFor(F::ViewInDisaster), page
        => web::medical::treatment::show;
    GET "/web/emergency/medical/{use}/treatment.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::treatment;
    GET "/web/emergency/medical/{use}/checkups" LoggedInFor(F::ViewInDisaster), page
        => web::medical::checkups::show;
    GET "/web/emergency/medical/{use}/checkups.pdf" LoggedInFor(F::ViewInDisaster), file
        => web::medical::pdf::checkups;
    GET "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page,
        menu(Emergency, "資格情報照会（システム障害時）", "券面か4項目で、きょうまたは過去の日の資格を照会します。")
        => web::emergency::search::form;
    POST "/web/emergency/eligibility" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::search::find;
    POST "/web/emergency/eligibility/use" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::choose::check;
    GET "/web/emergency/eligibility/{use}" LoggedInFor(F::CheckEligibilityInFailure), page
        => web::emergency::eligibility::show;
    GET "/web/emergency/requests" LoggedInFor(F::RequestOpening), page,
        menu(Emergency, "障害・災害時機能の開放の依頼", "実施機関に開放を依頼し、その結果を確認します。")
        => web::emergency::requests::list;
    POST "/web/emergency/requests" LoggedInFor(F::RequestOpening), page
        => web::emergency::requests::request;
    GET "/web/emergency/uses" LoggedInFor(F::ReviewOwnEmergencyUse), page,
        menu(Emergency, "障害・災害時の利用の点検", "だれが、どの患者に、何の理由で使ったかを点検します。")
        => web::emergency::uses::list;
    POST "/web/emergency/uses/{use}" LoggedInFor(F::ReviewOwnEmergencyUse), page
        => web::emergency::uses::review;
    GET "/web/emergency/report" LoggedInFor(F::ReportEmergencyUse), page,
        menu(Emergency, "利用報告書", "期間を指定して、利用報告書を作成します。PDFにできます。")
        => web::emergency::report::show;
    GET "/web/emergency/report.pdf" LoggedInFor(F::ReportEmergencyUse), file => web::emergency::report::pdf;
};
