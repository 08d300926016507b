//! Words by which a line tells something of a case, and those that stand on cards. Folded: lower case, no accents; parted by blanks.

/// Beginnings of words of the clinic and of a case's data: Spanish, Portuguese, English.
pub(super) const CASE_STEMS: &str = "abnormal abort acute administrac administrat agud alerg almacenam allerg anaem anafil analit anaphyl anem antibiotic arrest arrhyth arritm asma asthma batch \
    benign biops bleed blind breath caduc cancer cardia care cefale ceguera child chronic cicatri colonosc coma comprimid convuls \
    cough creatin cronic death deceas dechalleng desconoc desenlace desmay diabet diagnos dialis dialys diarr diarrh diluc dilut disnea dispensac dispensaz dizz \
    dolor dosag dose dosi drug dyspn edema elevad elevat embaraz empeor endosc enferma epilep erupc evolucao evolucion expir \
    expiry eye fail faint falec fallec fatal febr fever fiebre fumad gestante glucos gravid headache hemoglob hemorr hepati \
    hipertens hospitalis hospitaliz hypertens ictus infart infecc infect ingresad ingreso inject insuficien intensiv internad \
    intoxic inyec itch jaundice kidney lesion leucem leucoc liver lote lung malign mareo medicac medicament medicat mejor miscarr muert \
    murier murio nause negativ neumon normal outcome paciente pastilla patient plaquet pneumon positiv posolog prescri pregn pregnan prurit pulmon \
    rash reacao reaccion reaction rechalleng reconstit recover recuper relaps renal resolv respir resuelt sangr secuel seizure sequel \
    serious severe sintom skin sleep smok sobredos stroke suspend swell swollen symptom tablet thromb tos transfus tratamient treatment \
    trimest tromb tumor ulcer urticari vaccin vacun vencimient vomit weak weigh weight wound";

/// Those of German, French, Italian and Dutch.
pub(super) const OTHER_CASE_STEMS: &str = "arznei atemnot ausschlag behand bloed blut braken compress comprim crampe crampi cuore deced demange diarree douleur durchfall \
    einnahme enceinte entzund erbrech eruption eruz febbre fegato fieber fievre genes gestorb gewicht gonfl guarit gueri haltbar \
    incint jeuk juck koorts krampf krank malad malat medicaz medik misselijk nieren oedem onbekend overled pazient pijn poids polmon poumon \
    sangu schmerz schwanger schwell sconosc sintom somministr tablett terap toedien traite tumore uberdos ubelkeit uitslag unbekannt verabreich verordn verstorb vomis zwanger \
    zwell";

/// Whole words of that kind.
pub(super) const CASE_WORDS: &str = "administered administraron administro age alive ayer better cancer daily dead death dias died dood edad embarazo female \
    femenino fiebre geheilt grave height history hombre horas hourly hoy idade intravenous kg leve lot male masculino mcg meses mg \
    mild ml months morta morte morto mujer mulher nina nino none oral pain peso sana sano semanas sepsis sexo shock tod today \
    tomaba tomo tot twice unknown varon via viva vivo weekly weeks weight woman worse years yesterday";

/// Words of sentences that people say themselves; no name or title has them.
pub(super) const OWN_WORDS: &str = "adjuntamos adjunto also am aun aunque because been before but confirmamos confirmo contesto continua creo cuando despues did \
    does era eran est esta estaba estan estuvo etait forgot fue fueron had has hatte have he hemos her his i informo is ist jamas \
    kein keine mi my nao nein never nicht niet nil ningun ninguna ninguno no not notifico now nunca olvide pas pero porque que \
    remito respondo sabe sabemos se she si sigue siguen soy somos sim sono stata still tambien tampoco tenemos tengo tenia they tiene took \
    tuvo war was we were wurde yes yo you";

/// Postscripts.
pub(super) const POSTSCRIPTS: &[&str] = &["ps", "pps", "pd", "p.s", "p.d", "p. d", "p. s", "nota", "note", "addendum"];

/// What stands before a telephone number, an address or a registration.
pub(super) const CONTACT_LABELS: &str = "anexo c cel celular central correo direccion direct e e-mail email ext extension f facebook fax fijo fon fono ig instagram \
    interno linkedin m mail mob mobil mobile movil o office p phone skype t tel tel/fax telef telefax telefone telefono telefonos \
    telefoon telephone telf tfno tlf tlfno twitter w web website whatsapp тел";

/// Words of postal addresses and of registrations.
pub(super) const PLACES: &str = "apdo av avda avenida avenue calle carrera cep consultorio cp floor jiron jr oficina paseo piso plaza road rua rue strasse \
    straße street suite";
