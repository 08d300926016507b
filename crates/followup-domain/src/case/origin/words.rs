//! The built-in table: stems of international names (INN), classes, antigens, abbreviations and brands as Latin America writes them.

use std::sync::LazyLock;

use super::{Origin, Sign};

/// The rows, each read once. The first that fits decides.
pub(super) static BUILT_IN: LazyLock<Vec<(Sign, Origin)>> = LazyLock::new(|| {
    let rows = TEXTS.iter().flat_map(|(origin, names)| names.split(',').map(|name| (Sign::read(name.trim()), *origin)));
    rows.filter_map(|(sign, origin)| Some((sign?, origin))).collect()
});

/// What goes before: names that only sound so.
const EXCEPTIONS: &str = "\
    intercept, cellcept, micocept, anaferon, antimonio pentavalente, antimonial pentavalente, antimoniato pentavalente, plasma lyte, plasmalyte, \
    sustituto de plasma, sustituto del plasma";

/// Sera and immunoglobulins go before vaccines: they name the same diseases.
const SERA: &str = "\
    inmunoglobulina*, immunoglobulin*, imunoglobulina*, gammaglobulina*, gamaglobulina*, globulina*, globulin, rho d, antiveneno*, antivenin, antivenom, \
    antiofidico*, antilonomico, antitetanico, antirrabico, antidifterico, antivipmyn, alacramyn, coralmyn, aracmyn, antiviperino, antibotropico*, antilachesico*, anticrotalico*, antielapidico*, antialacran*, antiescorpionico*, antiaracnido*, antiloxosceles, antiloxoscelico*, \
    antitoxina*, antitoxin, faboterapico*, faboterapia, suero antirrabico, suero antitetanico, suero antidifterico, suero antibotulinico, suero hiperinmune, \
    toxina botulinica, botulinum, *botulinumtoxina, *botulinumtoxin, botox, dysport, xeomin, botulift, nabota, \
    privigen, kiovig, octagam, hizentra, gamunex, flebogamma, intratect, pentaglobin, rhogam, rhophylac, hyperrho, imogam, hyperhep, zutectra, \
    timoglobulina, thymoglobulin*, atgam, grafalon, synagis, beyfortus, nirsevimab, palivizumab";

const VACCINES: &str = "\
    vacuna*, vaccine*, ^polio, ^td, ^difteria, ^tetanos, ^pneumo 23, vacina*, toxoide*, bcg, b c g, dpt, dtp, dtpa, dtpw, dpta, tdap, dtap, ^spr, srp, mmr, mmrv, ipv, opv, bopv, vop, vpi, ^vph, ^hpv, hib, \
    pcv, pcv7, pcv10, pcv13, pcv15, pcv20, ppsv23, ppv23, vnc13, pentavalente, hexavalente, tetravalente, cuadrivalente, heptavalente, \
    antirrabica, antitetanica, antidifterica, antipertusica, antipolio, antipoliomielitica, anti polio, antiamarilica, antisarampionosa, antisarampion, \
    antimeningococica, antineumococica, antihepatitis, antivaricela, antitifoidea, anticolerica, antiinfluenza, anti influenza, antigripal estacional, \
    ^influenza, ^fiebre amarilla, ^hepatitis a, ^hepatitis b, ^varicela, ^sarampion, ^rubeola, ^parotiditis, ^poliomielitis, ^neumococo, ^neumococica, ^meningococo, \
    ^meningococica, ^rotavirus, ^papiloma, ^haemophilus, ^covid, ^covid19, ^sars cov 2, triple viral, doble viral, triple bacteriana, \
    sabin, salk, comirnaty, spikevax, pfizer covid, moderna covid, astrazeneca covid, janssen covid, vaxzevria, covishield, covaxin, coronavac, sinovac, sinopharm, bbibp, sputnik, gam covid vac, abdala, \
    soberana, convidecia, cansino, nuvaxovid, gardasil, cervarix, cecolin, prevenar*, prevnar*, synflorix, pneumovax, vaxneuvance, apexxnar, hexaxim, hexyon, \
    hexacima, vaxelis, infanrix, pentaxim, tetraxim, pediacel, boostrix, adacel, triaxis, rotarix, rotateq, rotasiil, varilrix, varivax, priorix, trimovax, proquad, \
    havrix, avaxim, vaqta, healive, engerix, euvax, heberbiovac, heberpenta, hepavax, recombivax, fendrix, heplisav, twinrix, menactra, menveo, nimenrix, \
    bexsero, trumenba, menquadfi, verorab, rabipur, rabavert, abhayrab, imovax, vero rab, stamaril, typhim, typherix, vivotif, fluarix, vaxigrip*, influvac, \
    fluzone, fluad, fluquadri, efluelda, flublok, flucelvax, agrippal, afluria, gripovax, zostavax, shingrix, ixiaro, imojev, quinvaxem, easyfive, shan5, \
    hiberix, act hib, acthib, dengvaxia, qdenga, butantan dv, ervebo, jynneos, imvanex, imvamune, dukoral, shanchol, euvichol, abrysvo, arexvy, mresvia, \
    ixchiq, ticovac, encepur, theracys, oncotice, immucyst";

const BIOLOGICALS: &str = "\
    ***mab, ****cept, **kinra, **grastim, **gramostim, *poetin, *poetina, **poyetina, **poietina, interferon*, *interferon, *interferona, **feron, **leukina, aldesleucina, interleucina*, \
    **leukin, **cog, ***plasa, ***plase, **sidasa, **sidase, **glucerasa, **glucerase, **ronidasa, **ronidase, **sulfasa, **sulfase, **tripsilasa, dornasa, dornase, olipudasa, olipudase, cerliponasa, cerliponase, asfotasa, asfotase, sebelipasa, sebelipase, velmanasa, velmanase, pegloticasa, pegloticase, \
    rasburicasa, rasburicase, *asparaginasa, *asparaginase, asparaginasa, asparaginase, hialuronidasa, hyaluronidase, colagenasa, collagenase, estreptoquinasa, streptokinase, \
    uroquinasa, urokinase, somatropin*, *somatropin, *somatropina, folitropina, follitropin, *folitropina, coriogonadotropina, gonadotropina*, menotropina*, lutropina, tirotropina, \
    insulina*, insulin, glargina, lispro, degludec, detemir, glulisina, nph, heparina*, heparin, **parina, **parin, teriparatida, teriparatide, romiplostim, \
    abobotulinumtoxina, factor viii, factor vii, factor ix, factor xiii, factor x, factor 8, factor 9, factor von willebrand, willebrand, antihemofilico, \
    fibrinogeno, antitrombina, trombina, complejo protrombinico, albumina humana, albumina, seroalbumina, plasma, hematies, crioprecipitado, plaquetas, tuberculina, ppd, \
    ***leucel, ***parvovec, ***tucel, palifermina, palifermin, becaplermina, becaplermin, anticuerpo monoclonal, anticuerpos monoclonales, biosimilar, filgrastim*, \
    certoparina, surfactante porcino, surfactante bovino, pancreatina, crotalidae, \
    humira, amgevita, hyrimoz, idacio, yuflyma, hulio, imraldi, exemptia, remicade, remsima, inflectra, flixabi, enbrel, erelzi, benepali, mabthera, rituxan, \
    truxima, ruxience, riximyo, rixathon, reditux, herceptin, kanjinti, ogivri, herzuma, trazimera, hertraz, kadcyla, perjeta, phesgo, enhertu, avastin, mvasi, zirabev, keytruda, opdivo, \
    yervoy, tecentriq, imfinzi, bavencio, libtayo, stelara, cosentyx, taltz, tremfya, skyrizi, dupixent, xolair, nucala, fasenra, cinqair, tezspire, prolia, \
    xgeva, evenity, entyvio, tysabri, ocrevus, kesimpta, lemtrada, actemra, roactemra, kevzara, simponi, cimzia, orencia, nplate, eylea, lucentis, vabysmo, \
    beovu, soliris, ultomiris, hemlibra, darzalex, erbitux, vectibix, cyramza, adcetris, blincyto, praluent, repatha, aimovig, ajovy, emgality, ilaris, \
    kineret, simulect, neupogen, neulasta, granulokine, zarzio, leucogen, eprex, epogen, recormon, neorecormon, aranesp, mircera, hemax, eporise, pegasys, pegintron, \
    intron a, roferon, avonex, rebif, betaferon, betaseron, plegridy, norditropin, genotropin, saizen, omnitrope, humatrope, zomacton, sogroya, ngenla, gonal, \
    puregon, ovidrel, menopur, pergoveris, elonva, cerezyme, fabrazyme, replagal, myozyme, lumizyme, nexviazyme, aldurazyme, elaprase, naglazyme, vimizim, \
    vpriv, elelyso, pulmozyme, actilyse, metalyse, elitek, fasturtec, oncaspar, kidrolase, novoseven, advate, kogenate, xyntha, benefix, feiba, eloctate, \
    octanate, haemate, kovaltry, clexane, lovenox, fragmin, fraxiparina, hibor, lantus, toujeo, novomix, mixtard, insuman, abasaglar, admelog, lyumjev, semglee, trulicity, dulaglutida, dulaglutide, basaglar, humalog, novorapid, novolog, fiasp, levemir, \
    tresiba, apidra, humulin, novolin, insulatard, actrapid, ryzodeg, xultophy, soliqua, forteo, survanta, curosurf";

/// The whole table.
pub(super) const TEXTS: &[(Origin, &str)] =
    &[(Origin::Ordinary, EXCEPTIONS), (Origin::Biological, SERA), (Origin::Vaccine, VACCINES), (Origin::Biological, BIOLOGICALS)];
