//! Spanish, as it is written from Mexico to Chile and in Spain.

use super::Concept;

pub(super) const WORDS: &[Concept] = &[
    // Measures.
    ("years", r"anos?|anitos?|aos"),
    ("months", r"mes|meses|mesecitos|mesesitos"),
    ("weeks", r"semanas?|sem|ss|semanitas"),
    ("days", r"dias?|diitas"),
    ("kilos", r"kilos?|kilitos?|kilogramos?|quilos"),
    ("grams", r"gramos?|gramitos?"),
    ("pounds", r"libras?|lbrs"),
    ("half", r"medio|media|1/2"),
    (
        "hedge",
        r"(?:de )?unos|unas|como|aprox\.?|aproximadamente|aproximado|mas o menos|mas menos|casi|cerca de|alrededor de|digamos|por ahi de|estimado(?: en)?|maso ?menos|calculo(?: que)?|creo que|actual(?:mente)?|ahorita|ahora|hoy|de hoy|de ayer|solo|es|es de|son|era de|era|en total|de",
    ),
    ("weighs", r"pesa|pesaba|pesando|peso|pesa ella|pesa el"),
    ("weight", r"peso"),
    ("height", r"talla|mide|estatura|altura"),
    (
        "past",
        r"antes|estaba en|sin la|al nacer|de nacimiento|nacio|pesaba|previo|anterior(?:mente)?|habitual|hace|ideal|perdio|subio|bajo|aumento|gano|ganado|perdido|meta|maximo|llego a",
    ),
    ("now", r"ahora|ahorita|actual(?:mente)?|hoy"),
    (
        "years_of_else",
        r"de (?:experiencia|servicio|tratamiento|evolucion|casad[oa]s?|trabajo|antiguedad|diagnostico|seguimiento|ejercicio|profesion|enfermedad|duracion|uso|antelacion|garantia|embarazo|gestacion|matrimonio|estudio|tomar\w*|usar\w*|terapia|post\w*|curso|fumador\w*|vigencia|anticipacion)|despues|antes|atras|tomando|usando|con (?:este|esta|el|la|ese|esa|diabetes|hipertension|dolor|tratamiento)|que (?:toma|usa|no|trabajo|ejerzo|soy|lo|la|vengo|viene)|previos?|mas tarde|seguidos",
    ),
    (
        "since",
        r"cuando (?:yo |ella |el )?(?:tenia|tuve|cumpli)|hace|hacia|desde hace|durante|por|en|cada|tras|a los|a las|dentro de|despues de|desde los|por espacio de|luego de|cumplio|x|los ultimos|las ultimas|ultimos|cumplira|pasados|proximos|primeros|mas de|menos de|serie de|tratamiento de|curso de|de aqui a|duro|unos?|ciclo de|esquema de|cuadro de|evolucion de|por unos|hace unos|hace como|durante unos|hasta los|desde las",
    ),
    ("pregnant", r"embarazo|embarazada|gestacion|gestante|gestacional|gravida|prenez|prenada|en cinta|encinta|eg|e\.g\.|fum"),
    // Persons.
    (
        "patient",
        r"pacientes?|pcte|pte|px|pac|usuari[oa]s?|ninit[oa]s?|nin[oa]s?|nene|nena|lactante|bebit[oa]|bebes?|bb|neonato|recien nacid[oa]|rn|gestante|escolar|adolescente|adult[oa] mayor|ancian[oa]|criatura|chiquit[oa]|chic[oa]|guagua|joven|persona (?:afectada|que (?:presento|tomo|uso|tuvo))",
    ),
    (
        "relative",
        r"mama|mami|mamita|madre|papa|papi|papito|padre|hij[oa]s?|hijit[oa]s?|herman[oa]|hermanit[oa]|espos[oa]|marid[oa]|mujer|abuel[oa]|abuelit[oa]|tia|tio|prim[oa]|sobrin[oa]|niet[oa]|viejit[oa]|suegr[oa]|cunad[oa]|pareja|novi[oa]|conviviente|bebe|bb|bebit[oa]|nene|nena|nin[oa]|chiquit[oa]|gordit[oa]|pequen[oa]",
    ),
    ("parent", r"mama|mami|madre|papa|papi|padre|herman[oa]|espos[oa]|abuel[oa]|mae|pai|mother|father"),
    (
        "professional",
        r"doctor|doctora|dr|dra|enfermer[oa]|tecnic[oa]|obstetra|obst|licenciad[oa]|quimic[oa]|farmaceutic[oa]|pediatra|ginecolog[oa]|cardiolog[oa]|neurolog[oa]|secretari[oa]|jef[ea]|asistente|promotor[a]?|visitador[a]?|representante|cuidador[a]?|vendedor[a]?|boticari[oa]|dermatolog[oa]|alergolog[oa]|psiquiatra|internista",
    ),
    (
        "other_person",
        r"otr[oa]s? (?:paciente|persona|caso|nin[oa]|senor[a]?|usuari[oa]|px|pcte|nene|nena|hij[oa]|bebe)|el de al lado|la de al lado|vecin[oa]s?|compan?er[oa]s?|amig[oa]s?|cuidador[a]?|colegas?|paciente de al lado|otr[oa]s? (?:que|si|no|tambien)",
    ),
    ("first_person", r"les? (?:escribe|saluda)|me llamo|mi nombre es|a mi (?:me|tambien)|tengo|soy|mido|cumpli|naci|estoy|yo"),
    ("woman", r"mujer|femenin[oa]|femenino|fem|dama|varona"),
    ("man", r"hombre|varon|masculin[oa]|masc|caballero|macho"),
    (
        "female_word",
        r"nina|ninita|nena|bebita|hija|hijita|mama|mami|mamita|madre|esposa|abuela|abuelita|hermana|hermanita|tia|sobrina|nieta|prima|suegra|senora|gestante|viejita|anciana|senorita|chica|chiquita|cunada|novia|gordita",
    ),
    (
        "male_word",
        r"nino|ninito|nene|bebito|hijo|hijito|papa|papi|papito|padre|esposo|marido|abuelo|abuelito|hermano|hermanito|tio|sobrino|nieto|primo|suegro|senor|viejito|anciano|joven varon|chico|chiquito|cunado|novio|gordito",
    ),
    // Guards.
    ("not", r"no|ni|nunca|tampoco|jamas|sin|niega|ningun[oa]?|descarta|descarto|nadie|nada"),
    (
        "if",
        r"de haber|en caso(?: de)? que|ojala|como si|quizas?|tal vez|talvez|a lo mejor|posiblemente|probablemente|hubiera|hubiese|fuera|fuese|podria|seria|deberia|habria|supuestamente|supongo",
    ),
    (
        "corrects",
        r"perdon|perdone|disculpe|disculpa|corrijo|correccion|rectifico|me equivoque|me ekivoqe|me equivoqe|equivoque|mejor dicho|digo|quise decir|fe de erratas|ojo|error mio|estaba mal|puse mal|escribi mal|en realidad|aclaro|lo correcto es",
    ),
    ("rather", r"sino|sino que|mas bien|en vez de|en lugar de"),
    (
        "plan",
        r"iba a|iban a|van a|va a|voy a|vamos a|planea\w*|pensaba\w*|subir a|bajar a|bajar|reducir|subir|pasar a|aumentar|maximo|maxima|nunca mas de|hasta completar|indicar|debia|tenia que|tendria que|tocaba|toca|correspondia|en lugar de|en vez de|no mas de|se programo|programad[oa]|proxim[oa]|prox",
    ),
    ("but", r"pero|sino|aunque|salvo|excepto|mas bien|sin embargo"),
    ("birth", r"nacid[oa]|nacio|naci|nacimiento|f\.? ?nac|fn|nac\.?"),
    // Answers that say nothing.
    (
        "unknown",
        r"no (?:lo |la |los |las |le |les |me |se )*(?:sabe|sabemos|sabria|sabrian|saben|sabia|sabiamos|recuerdo|recuerda|recordamos|recuerdan|acuerdo|acuerda|acordamos|conozco|conoce|conocemos|tenemos|tengo|tiene|tienen|cuento|cuenta|contamos|cuentan|figura|consta|aparece|precisa|especifica|registra|registro|registraron|registramos|anote|anotaron|anotamos|ubico|ubicamos|encuentro|encontramos|encontre|dispongo|disponemos|manejo|manejamos|guarde|guardamos|guardo|conservo|conserva|conservamos|hay|dijeron|dice|sale|ve|vio|lee|logra|alcanza a|puede leer|pude|pudo|pudimos|pese|peso|pesaron|dijo|informo|informaron|quedo|trae|viene|existe|disponible)|no (?:he|hemos|ha|han) (?:podido|logrado|encontrado|registrado|anotado|vuelto a (?:ver|saber)\w*|sabido)(?: \w+)?|desconozco|desconoce|desconocemos|desconocid[oa]|se desconoce|ignoro|ignora|se ignora|ni idea|no idea|sin dato|sin datos|sin informacion|no disponible|nose|no c|s/i|s/d|n/d|n/s|ns/nc|no especificad[oa]|no consignad[oa]|no registrad[oa]|no informad[oa]|no precisad[oa]|no determinad[oa]|ilegible|borrad[oa]|borros[oa]|raspad[oa]|no legible|despintad[oa]|perdi la caja|perdio la caja|bote la caja|boto la caja|botaron la caja|tire la caja|tiro la caja|no estoy segur[oa]|no sabria|no (?:veo|distingo|alcanzo a ver|se distingue|se aprecia)(?: bien)? (?:el|la|los|las)",
    ),
    (
        "withheld",
        r"prefiero (?:que no|no|reservar\w*)|prefiere no|preferimos no|no (?:deseo|quiero|desea|quiere|quiso|deseamos|queremos|quisiera|voy a|vamos a) (?:\w+ ){0,2}?(?:dar\w*|compartir\w*|decir\w*|brindar\w*|proporcionar\w*|entregar\w*|informar\w*|responder\w*|revelar\w*|que)|no (?:estoy|estamos|esta) autorizad[oa]s?|no me corresponde|no nos corresponde|(?:a mi )?no me toca|no es de mi competencia|no puedo (?:dar\w*|compartir\w*|brindar\w*|revelar\w*|proporcionar\w*|entregar\w*)|no podemos (?:dar\w*|compartir\w*|brindar\w*|revelar\w*|proporcionar\w*|entregar\w*)|es confidencial|me reservo|se reserva|no autorizo|no autoriza|no se compartan?|no compartire\w*|no dare|no daremos|no lo dare|reservado",
    ),
    (
        "later",
        r"le(?:s)? (?:pregunto|preguntare|preguntaremos|preguntar)|(?:voy|vamos) a (?:preguntar\w*|averiguar\w*|consultar\w*|revisar\w*|buscar\w*|confirmar\w*|verificar\w*)|preguntare|averiguo|averiguare|consultare|buscare|confirmare|verificare|(?:se lo|se la|se los|se las|te lo|te la|te los) (?:envio|enviare|enviaremos|mando|mandare|paso|pasare|pasaremos|digo|dire|confirmo|hago llegar|haremos llegar|hare llegar|alcanzo|alcanzare|informo|informare|completo|doy|dare)|(?:le|les|te) (?:enviare|enviaremos|mandare|pasare|pasaremos|aviso|avisare|avisaremos|dire|diremos|confirmare|hare llegar|alcanzare|respondere|informare|informaremos|completare|comunicare|estare enviando|facilitare|remitire|remitiremos|dare)|(?:le|les|te|lo|la|los|las) (?:paso|mando|envio|digo|confirmo|respondo|escribo|informo|completo|contesto) (?:\w+ ){0,3}?(?:manana|luego|despues|mas tarde|el (?:{weekday})|en la (?:tarde|noche|semana)|cuando|apenas|ni bien|en cuanto|la proxima|esta (?:tarde|noche|semana))|me lo va[n]? a (?:mandar|pasar|enviar|dar|decir)|queda pendiente|esta pendiente|pendiente|por confirmar|a confirmar|mas tarde|en cuanto (?:lo|la|los|las) (?:tenga|consiga|encuentre)|cuando (?:lo|la|los|las) (?:tenga|consiga|encuentre)|ahi le digo|luego le|despues le|(?:manana|luego|despues|mas tarde|en la (?:tarde|noche)|el (?:{weekday})) (?:\w+ ){0,5}?(?:(?:le|les|te|lo|la|se lo|se la) (?:digo|aviso|paso|mando|envio|confirmo|informo|averiguo|pregunto|busco|reviso|respondo|contesto|escribo|completo)|busco|averiguo|reviso)",
    ),
    // Medicine.
    (
        "take",
        r"sigue con|sigo con|continua con|se mantiene con|se mantuvo con|quedo con|tom[ao]|tomaba|tomo|tome|tomado|tomaron|toman|tomando|tomar|tomarl[oa]s?|usa|uso|usaba|use|usado|usando|usar|recibe|recibio|recibia|recibi|recibiendo|recibido|daba|daban|dan|damos|di|dio|dimos|dieron|doy|dando|darle|administr\w{1,6}|aplic\w{1,6}|indic\w{1,6}|prescri\w{1,7}|recet\w{1,6}|mandaron|pusieron|puso|ponia|ponian|pone|inyect\w{1,6}|consum\w{1,6}|paso|pasaron|inici[oae]\w{0,4}|empezo|empece|comenzo|comence|tratad[oa]|tratamiento|terapia|medicad[oa]|medicaron|dosis|posologia|dosificacion|suministr\w{1,6}|ingiri\w{1,4}|ingirio|coloc\w{1,6}|vacun\w{1,5}|echaba|echo|echa|puse|infundi\w{1,4}|utiliz\w{1,6}",
    ),
    ("tablet", r"tabletas?|tabs?\.?|tbs?|tab"),
    ("pill", r"pastillas?|pastillitas?|past\.?|pildoras?"),
    ("capsule", r"capsulas?|caps?\.?"),
    ("comprimido", r"comprimidos?|comp\.?|cp\.?|grageas?"),
    ("drop", r"gotas?|gotitas?|gts?\.?"),
    ("puff", r"puffs?|inhalaciones|inhalacion|disparos?|atomizaciones|pufs?|pulverizaciones"),
    ("ampoule", r"ampollas?|amp\.?|ampolletas?|viales|vial|inyeccion(?:es)?"),
    ("ovule", r"ovulos?"),
    ("suppository", r"supositorios?"),
    ("patch", r"parches?"),
    ("sachet", r"sobres?|sobrecitos?"),
    ("spoon", r"cucharaditas?|cdtas?|cditas?"),
    ("bigspoon", r"cucharadas?|cdas?"),
    ("syringe", r"jeringas?|jeringuillas?"),
    ("cap", r"tapitas?"),
    ("unit_mg", r"miligramos?|miligrs?"),
    ("unit_g", r"gramos?"),
    ("unit_mcg", r"microgramos?"),
    ("unit_ml", r"mililitros?"),
    ("unit_iu", r"unidades(?: internacionales)?"),
    ("every", r"cada|c/|c /|c"),
    ("hours", r"horas?|ora|oras"),
    ("times", r"veces|vez"),
    ("a_day", r"(?:al|por|x|cada|a) ?dia|/ ?d(?:ia)?|al d|diarias?|diarios?"),
    ("a_week", r"(?:a la|por|x|cada|en la) semana|/ ?sem(?:ana)?|semanal(?:es|mente)?"),
    ("a_month", r"(?:al|por|x|cada) mes|/ ?mes|mensual(?:es|mente)?"),
    ("daily", r"diari[oa]|diariamente|todos los dias|cada dia|a diario"),
    ("weekly", r"semanal|semanalmente|cada semana"),
    ("monthly", r"mensual|mensualmente|cada mes"),
    ("every_other_day", r"interdiari[oa]|interdiariamente|dia por medio|un dia si y (?:otro|un dia) no|en dias alternos"),
    (
        "once_only",
        r"dosis unica|unica dosis|una sola vez|una unica vez|una sola dosis|(?:fue )?una vez nada mas|una vez nomas|una dosis nomas",
    ),
    (
        "on_demand",
        r"a demanda|segun necesidad|segun dolor|condicional(?: a)?|(?:si|cuando) (?:hay|tiene|tengo|tenia|habia|hubiera|presenta|siente|siento) (?:mucho |mucha |algo de |algun |alguna )?(?:{symptom}|migrana|colico|molestia)|(?:si|cuando) (?:me|le) (?:duele|dolia|da|daba|dolor|pica|picaba)|en caso de (?:dolor|fiebre|nauseas|crisis)|s\.?o\.?s",
    ),
    (
        "part_of_day",
        r"mananas?|noches?|tardes?|mediodia|medio dia|desayuno|almuerzo|cena|acostarse|acostarme|acostarlo|acostarla|dormir|ayunas|merienda|comida|once de la noche",
    ),
    (
        "each_part",
        r"cada (?:noche|manana|tarde)|todas las (?:noches|mananas|tardes)|(?:por|en|x) las? (?:noches?|mananas?|tardes?)|x (?:noche|manana|tarde)|al acostarse|al acostarme|al dormir|antes de (?:dormir|acostarse|acostarme)|en ayunas|por la manana en ayunas|al levantarse|al despertar|(?:en|con|despues de|antes de) (?:el |la )?(?:desayuno|almuerzo|cena)",
    ),
    ("each_meal", r"(?:con|despues de|dsp de|antes de|luego de) (?:cada|las 3|las) comidas?"),
    // Routes.
    ("by_route", r"(?:por |x )?(?:la )?via"),
    ("oral", r"oral|v\.?o\.?|per os|boca|bucal|enteral|por boca|p\.o\.|tomad[oa]s?"),
    ("intramuscular", r"intramuscular|i\.?m\.?|intra muscular"),
    (
        "intravenous",
        r"intravenos[oa]|endovenos[oa]|i\.?v\.?|e\.?v\.?|intra venosa|en(?:do)?venosa|a la vena|en la vena|por la vena|parenteral endovenosa",
    ),
    ("subcutaneous", r"subcutane[oa]|s\.?c\.?|sub cutanea|bajo la piel|debajo de la piel"),
    ("topical", r"topic[oa]|cutane[oa]|dermic[oa]|sobre la piel|en la piel|uso externo|untad[oa]"),
    ("inhaled", r"inhalatori[oa]|inhalad[oa]|inhalacion|nebulizad[oa]|nebulizacion|inhalador|aspirad[oa]"),
    ("ophthalmic", r"oftalmic[oa]|ocular|en (?:el|los|cada|ambos) ojos?|conjuntival"),
    ("otic", r"otic[oa]|en (?:el|los|cada|ambos) oidos?|en oido"),
    ("nasal", r"nasal|intranasal|en (?:la|cada|las|ambas) (?:fosas?(?: nasal(?:es)?)?|narinas?|nariz)|por la nariz"),
    ("rectal", r"rectal|por el recto|por recto|anal"),
    ("vaginal", r"vaginal|intravaginal|por la vagina"),
    ("sublingual", r"sublingual|s\.?l\.?|(?:de)?bajo (?:de )?la lengua"),
    ("transdermal", r"transdermic[oa]|percutane[oa]"),
    // Dates.
    ("january", r"enero|ene"),
    ("february", r"febrero|feb|febr"),
    ("march", r"marzo|mar|mzo"),
    ("april", r"abril|abr"),
    ("may", r"mayo|may"),
    ("june", r"junio|jun"),
    ("july", r"julio|jul"),
    ("august", r"agosto|ago|agos"),
    ("september", r"septiembre|setiembre|sept|set|sep"),
    ("october", r"octubre|oct"),
    ("november", r"noviembre|nov"),
    ("december", r"diciembre|dic"),
    ("monday", r"lunes"),
    ("tuesday", r"martes"),
    ("wednesday", r"miercoles"),
    ("thursday", r"jueves"),
    ("friday", r"viernes"),
    ("saturday", r"sabado"),
    ("sunday", r"domingo"),
    ("of", r"de|del|d"),
    ("last", r"pasad[oa]|ultim[oa]|anterior"),
    (
        "vague",
        r"(?:a |por |los )?(?:inicios|principios|comienzos|mediados|fines|finales|finales|la quincena) de|(?:la )?(?:primera|segunda|tercera|ultima) (?:semana|quincena) de|mas o menos (?:a )?mediados de",
    ),
    ("ago", r"hace"),
    ("today", r"hoy(?: mismo)?"),
    ("yesterday", r"ayer|anoche"),
    ("day_before", r"anteayer|antier|antes de ayer|antesdeayer|ante ayer|antiayer"),
    ("last_week", r"(?:la )?semana pasada"),
    ("last_month", r"(?:el )?mes pasado"),
    ("last_year", r"(?:el )?ano pasado"),
    ("this_month", r"este mes|del presente mes"),
    ("the_day", r"el dia|el|dia"),
    ("christmas", r"navidad"),
    ("christmas_eve", r"nochebuena"),
    ("new_year", r"ano nuevo"),
    ("year_word", r"ano"),
    ("first_day", r"primero|1ro|1ero"),
    ("from_day", r"del|desde el|entre el"),
    ("to_day", r"al|hasta el|y el|a"),
    // Course of the treatment and of the event.
    ("since_day", r"desde|a partir de|a partir|desde mas o menos"),
    ("until_day", r"hasta"),
    (
        "begins",
        r"empezo|empece|empezamos|comenzo|comence|comenzamos|inicio|inicie|iniciamos|inicia|inician|se inicio|iniciado|iniciada|arranco|arranque|empezaron|comenzaron|iniciaron|empezado|comienza|empieza|debuto|le empezo|comienzo",
    ),
    (
        "stops",
        r"suspendio|suspendi|suspendimos|suspendieron|suspendid[oa]|suspende|suspension|dejo de (?:tomar\w*|usar\w*)|deje de (?:tomar\w*|usar\w*)|lo dejo|la dejo|lo deje|la deje|dejaron de dar\w*|retiro|retiramos|retiraron|retirad[oa]|descontinuo|discontinuo|corte|corto|cortaron|cortamos|paro de tomar\w*|quitaron|quitamos|termino el tratamiento|ultima dosis|ultima toma|fin del tratamiento|fin de tratamiento",
    ),
    ("given_on", r"vacun\w{1,5}|aplic\w{1,6}|pusieron|puso|administr\w{1,6}|inyect\w{1,6}|coloc\w{1,6}|tome|tomo|tomamos|tomaron"),
    (
        "appears",
        r"presento|presente|presenta|aparecio|aparecieron|salio|salieron|noto|note|notamos|notaron|hizo|(?:inicio|empezo|comenzo) con (?:{symptom})|debuto|desarrollo|manifesto|refirio|amaneci con|amanecio con|broto|brotaron|hincho|hincharon|detecto|detectaron|evidencio|evidenciaron|desmayo|cayo mal|le dio|me dio",
    ),
    (
        "resolves",
        r"cedio|cedieron|desaparecio|desaparecieron|remitio|remitieron|resolvio|resolvieron|se le quito|se me quito|se le paso|se me paso|me paso|le paso|se le fue|se me fue|paro|se recupero|alta medica|se le quitaron|se me quitaron|se le fueron|termino el malestar",
    ),
    (
        "symptom",
        r"reaccion|reacciones|evento|sintomas?|molestias?|malestar|ronchas?|rash|erupcion|exantema|urticaria|prurito|picazon|comezon|fiebre|vomitos?|nauseas?|diarrea|mareos?|dolor(?:es)?|cefalea|hinchazon|edema|sangrado|hemorragia|epistaxis|ictericia|tos|temblor|palpitaciones|convulsion(?:es)?|desmayo|sincope|lipotimia|disnea|broncoespasmo|hipotension|eritema|rubor|ardor|enrojecimiento|inflamacion|insomnio|somnolencia|habones|lesiones|manchas?|manchitas?|granitos|alergia|anafilaxia|hematoma|acufeno|calambres|mialgias?|escalofrios|debilidad|vision borrosa|estrenimiento|gastritis|acidez|crisis|paralisis|hormigueo|adormecimiento|parestesias?|taquicardia|cansancio|decaimiento|agitacion|shock|choque|angioedema|ampollas",
    ),
    (
        "treatment",
        r"tratamiento|tto|tx|terapia|medicamento|medicina|medicacion|farmaco|vacuna|jarabe|pastillas?|tabletas?|capsulas?|ampollas?|inyeccion(?:es)?|producto|antibiotico|tomarl[oa]|tomar|usarl[oa]|usar|aplicarl[oa]|dosis|crema|gotas",
    ),
    (
        "died",
        r"fallecio|fallecid[oa]|murio|obito|defuncion|exitus|deceso|falleciera|muerte del paciente|se murio|desenlace fatal|desenlace mortal|fallece",
    ),
    ("sequelae", r"con secuelas?|secuela permanente|dejo secuelas?|quedo con secuelas?|recuperad[oa] con secuelas?|secuelas permanentes"),
    (
        "recovering",
        r"en (?:vias de |proceso de |franca )?(?:recuperacion|mejoria|resolucion|curacion)|recuperandose|mejorando|va mejor|va mejorando|esta mejor|anda mejor|sigue mejor|esta mejorando|ha mejorado|mejoro (?:un poco|algo|parcialmente)|evoluciona (?:favorablemente|bien)|evolucion favorable|cediendo|va cediendo|ha ido a menos|ya (?:casi|esta casi) (?:bien|no)|mejor que ayer|mejor q ayer|remitiendo|poco a poco|parcialmente recuperad[oa]|recuperacion parcial|aliviandose|va bien|disminuyendo|ha disminuido|en remision",
    ),
    (
        "unresolved",
        r"no (?:se )?(?:ha |han |me |le )*(?:recuperad[oa]|recupera|recupero|resuelt[oa]|resolvio|mejorado|mejora|mejoro|cede|cedio|cedido|para|quita|quitado|sana|sanado|remite|remitido|revertido)|no recuperad[oa]|no resuelt[oa]|sin (?:resolver|mejoria|cambios|recuperacion|recuperar)|sin mejora|sigue igual|siguen igual|sigo igual|sigue (?:con|mal|\w+endo|\w+ando)|siguen \w+[ae]ndo|sigo (?:con|mal|\w+endo|\w+ando)|persisten?|persistente|continua (?:con|igual|mal)|continuan|continuo (?:con|igual|mal)|todavia (?:no|tiene|sigue|le|me|con)|aun (?:no|tiene|sigue|con|persiste)|me siguen? \w+[ae]ndo|le siguen? \w+[ae]ndo|no se (?:le|me) (?:quita|ha quitado|pasa)",
    ),
    (
        "recovered",
        r"recuperad[oa]s?(?: totalmente| completamente| por completo| del todo| sin secuelas)?|resuelt[oa]s?|se recupero|me recupere|ya (?:esta|estoy|se encuentra|se siente|me siento) (?:muy |bien|mejor)?bien|ya esta (?:bien|sanit[oa]|san[oa]|curad[oa]|normal)|ya estoy (?:bien|san[oa]|normal|curad[oa])|esta (?:bien|sanit[oa]|asintomatic[oa]|recuperad[oa])|asintomatic[oa]|totalmente bien|ya no tiene nada|ya no tuvo nada|ya no (?:tengo|tiene|presenta) (?:nada|molestias|sintomas|ronchas|fiebre|dolor)|se resolvio|se resolvieron|resolvio por completo|desaparecio|desaparecieron|remitio|remitieron|cedio|cedieron|se (?:le|me) (?:quito|paso|fue|quitaron|pasaron|fueron)|ya (?:se )?(?:me|le) (?:paso|quito|fue)|sin secuelas|ad integrum|curad[oa]|sanit[oa]|de alta|alta medica|dad[oa] de alta|recuperacion (?:total|completa)|normal,? como antes|resolucion completa",
    ),
    (
        "admitted",
        r"hospitalizad[oa]|hospitalizaron|hospitalizo|hospitalizacion|hospitalizarl[oa]|internad[oa]|internaron|interno|internarl[oa]|internamiento|internacion|ingreso (?:a|en|al)|ingresad[oa]|ingresaron|prolong[oa] (?:la|su) (?:estancia|hospitalizacion|estadia)|estancia hospitalaria",
    ),
    ("intensive", r"uci|ucip|uti|upc|cuidados intensivos|terapia intensiva|unidad critica|ventilacion mecanica|intubad[oa]|entubad[oa]"),
    (
        "life_threat",
        r"(?:riesgo|peligro) (?:de|su|para (?:la|su)) vida|(?:puso|estuvo) en (?:riesgo|peligro)|riesgo vital|amenaz\w+ (?:la|su|para la) vida|paro cardi\w+|shock anafilactico|choque anafilactico",
    ),
    ("serious", r"grave|seri[oa]|gravedad|severo grave"),
    (
        "not_serious",
        r"no (?:fue |es |era |lo considero |se considera |considero que fue |creo que (?:fue|fuese|fuera|sea) |fue un cuadro |fue nada |fue un evento |es un evento |fue considerad[oa] (?:como )?|reviste )?(?:tan )?(?:grave|seri[oa]|gravedad)|nada grave|sin gravedad|grave no fue|no grave|no seri[oa]",
    ),
    ("yes", r"si|sip|claro|afirmativo|efectivamente|asi es|correcto"),
    ("no", r"no|nop|negativo|ninguno|ninguna|para nada|nada|tampoco"),
    // Lots.
    ("lot", r"lotes?|lt|n(?:ro|um|o|umero)?\.? ?(?:de )?lote|batch(?: number| no\.?)?|lote n(?:ro|o|um)?\.?|# ?lote|partida"),
    ("expiry", r"vence|vto|venc(?:e|imiento)?|caduca|caducidad|cad|exp|expira|expiracion|fv|f\.v|valid[oa] hasta|ven|v:"),
    (
        "not_a_lot",
        r"registro|reg\.?|rs|r\.s|cmp|rne|cqfp|cep|cop|dni|telefono|tel|cel|ruc|boleta|factura|historia|hc|h\.c|codigo|col|colegiatura|caso|receta|anexo",
    ),
    // Diagnoses and reasons.
    (
        "indicated",
        r"indicad[oa]s? (?:por|para|x)|(?:le |me |lo |la )?(?:recetaron|indicaron|recetaron|mandaron|prescribieron|dieron) (?:para|por|porque (?:traia|tenia|tengo|tiene))|recetad[oa] (?:por|para|x)|prescrit[oa] (?:por|para|x)|era (?:para|por)|lo (?:usa|uso|usaba|toma|tomo|tomaba) (?:x|por|para)|la (?:usa|uso|usaba|toma|tomo|tomaba) (?:x|por|para)|con diagnostico de|motivo de (?:uso|prescripcion)|indicacion",
    ),
    (
        "reason",
        r"\w*(?:itis|algias?|emia|osis|uria|patia|oma|orrea|fobia)\b|dolor(?:es)?\b|infecci[o]n(?:es)?\b|fiebre\b|tos\b|alergias?\b|hongos\b|migranas?\b|gripe\b|hipertension|presion(?: alta)?\b|diabetes\b|azucar\b|asma\b|ansiedad\b|insomnio\b|depresion\b|nauseas\b|neumonia\b|anemia\b|epilepsia\b|sepsis\b|convulsiones\b|resfrio\b|resfriado\b|colesterol\b|trigliceridos\b|gastritis\b|acne\b|herpes\b|psoriasis\b|esguince\b|fractura\b|cirugia\b|tuberculosis\b|vih\b|itu\b|ira\b|hta\b|dm2?\b|epoc\b|cancer\b|diarrea\b|vomitos\b|parasitos\b|amigdalas\b|garganta\b|ulcera\b|reflujo\b|gota\b|trombosis\b|hipotiroidismo\b|lupus\b|caries\b|absceso\b|celulitis\b|covid\b|malaria\b|dengue\b|contractura\b|lumbago\b|ciatica\b|rinitis\b",
    ),
    (
        "history",
        r"antecedentes?(?: (?:patologicos|medicos|morbidos|personales|de importancia|clinicos))*(?: de)?|comorbilidad(?:es)?|(?:sufre|sufro|padece|padezco|sufria|padecia) (?:de|del)|ap:|enfermedades? previas?|enfermedades que padece",
    ),
    (
        "other_date",
        r"control(?:es)?|muestra|cita|receta|compr[oae]\w*|comprad[oa]|boleta|factura|test|prueba|audiometria|ingreso|ingresad[oa]|acudio|acude|consulta|consulto|hospitaliz\w+|internad[oa]|internaron|alta|vence|vencimiento|caduca|fv|carta|correo|comunicacion|oficio|informe|referencia|proxim[oa]|prox|analisis|examen|ecografia|eco|biopsia|cirugia|operacion|operaron|visita|llamada|fabricacion|registro|reporte|notificacion|surtido|surtimiento|llevo el paciente|diagnostic\w+|laboratorio|envie|enviado|recibi su|llame|cumpleanos de|trabajo|viaj\w+|embarazo|fum|parto",
    ),
    (
        "take_strict",
        r"toma|tomaba|tomo|tome|tomando|usa|usaba|usando|recibe|recibio|recibia|daba|daban|le dan|damos|dieron|inyecta\w*|aplica\w*|tratamiento con|medicad[oa] con|indicaron|recetaron|administr\w+|uso",
    ),
    (
        "unresolved_said",
        r"no (?:se )?(?:ha |han |me |le )*(?:recuperado|recupera|recupero|resuelto|resolvio|mejorado|mejora|mejoro|cede|cedio|cedido|revertido)|no recuperad[oa]|no resuelt[oa]|(?:aun )?sin (?:mejoria|resolver|recuperacion|recuperarse)|sigue igual|siguen igual|sigo igual|(?:me |le )?siguen? (?:doliendo|ardiendo|tosiendo|picando|sangrando|vomitando|mareando|molestando|con (?:los? |las? |el )?(?:mism[oa]s? )?(?:{symptom}))(?: igual)?|persisten?(?: (?:los? |las? |el )?(?:{symptom}))?|continuan? con (?:los? |las? |el )?(?:{symptom})|todavia (?:tiene|tengo|sigue con|le siguen?|me siguen?|no se (?:le|me) (?:ha )?(?:quita|quitado|pasa|pasado)) ?|aun (?:tiene|tengo|sigue con|persiste|presenta|no se (?:le|me) (?:ha )?(?:quita|quitado|pasa|pasado))|no se (?:le|me) quitan?|no para de|sin cambios a la fecha",
    ),
    (
        "recovered_said",
        r"(?:esta |se encuentra |estoy |fue )?(?:totalmente |completamente |ya )?recuperad[oa](?: totalmente| completamente| por completo| del todo| sin secuelas)?|se recupero|me recupere|ya (?:se )?(?:me|le) (?:paso|quito|fue)(?: todo| del todo)?|se (?:me|le) (?:quito|paso|fue)(?:ron)? (?:sol[oa]|todo|tod[oa]s?|al (?:tiro|toque|dia siguiente)|la |el |las |los )|ya (?:esta|estoy|se encuentra|se siente|me siento) (?:muy |mucho |totalmente |completamente |bastante )?(?:bien|san[oa]|sanit[oa]|curad[oa]|normal|tranquil[oa])|esta sanit[oa]|asintomatic[oa]|ya no (?:tiene|tengo|tuvo|tuve|presenta|siente|siento) (?:nada|molestias?|mas molestias|sintomas?|{symptom})|(?:se |ya se )?resolvio(?: por completo| completamente| espontaneamente)?|se resolvieron|resuelt[oa]s?|desaparecio|desaparecieron|(?:el cuadro |la reaccion |el evento )?remitio|remitieron|cedio|cedieron|sin secuelas|ad integrum|recuperacion (?:total|completa)",
    ),
    (
        "caused",
        r"que|tras|luego|despues|durante|a los|al|el|la|desde|y se|con lo|por lo|motivo por|hasta|cuando|requirio|cedio|refiere|en el|en la",
    ),
    ("denies", r"niega|no refiere|no tiene|no presenta|ningun[oa]?|sin"),
    // Reporter.
    (
        "i_am",
        r"soy (?:el |la )?|le (?:saluda|escribe) (?:el |la )?|les (?:saluda|escribe) (?:el |la )?|mi nombre es (?:el |la )?|me llamo ",
    ),
    (
        "title",
        r"dr|dra|doctor|doctora|lic|licenciad[oa]|enf|q\.? ?f|qf|qfb|q\.f\.b|c\.? ?d|obst|tec|md|m\.d|eu|e\.u|farm|sr|sra|srta|prof|mgtr|mag|mg|ing|psic|nut|tm|t\.m",
    ),
    (
        "occupation",
        r"medic[oa]|doctor[a]?|quimic[oa]|farmaceutic[oa]|enfermer[oa]|obstetra|obstetriz|odontolog[oa]|cirujan[oa]|tecnic[oa]|internista|pediatra|psiquiatra|geriatra|fisiatra|\w+olog[oa]|\w+ologia|pediatria|psiquiatria|ginecologia|medicina|regente(?: de farmacia)?|intern[oa] de [a-z]+|residente(?: de [a-z]+)?|jef[ea] (?:de(?:l)? )(?:departamento|servicio|area|unidad|farmacia)[a-z ]*|director[a]? [a-z]+|nutricionista|psicolog[oa]|anestesista|matron[a]?|partera|veterinari[oa]|estudiante|docente|ama de casa|abogad[oa]|auxiliar|asistente|biolog[oa]",
    ),
    (
        "closing",
        r"saludos(?: cordiales)?|slds|sds|atentamente|atte|atte\.?|att|cordialmente|cordial saludo|un saludo|un abrazo|abrazos?|saludo|gracias|muchas gracias|muy agradecid[oa]|quedo (?:atent[oa]|a su disposicion|al pendiente)|quedamos atentos|reciban? un cordial saludo|besos|bendiciones|hasta luego|sin otro particular",
    ),
    (
        "phone_label",
        r"cel|celular|telefono|tel|telf|tlf|movil|whatsapp|wsp|fono|mi num|mi numero|numero|anexo|fijo|contacto|llamar\w* al|cualquier cosa al",
    ),
];
