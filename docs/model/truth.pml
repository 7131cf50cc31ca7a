/* truth.pml - one execution: append, fold, summary line, marker, pack, expire, SIGKILL, power loss.
 *
 * Two events: 1 = start, 2 = end.  One POST = one frame = one event.  The client is folded into the
 * endpoints: an endpoint may at any time take up a POST of any event <= acked+1, so retries, duplicates,
 * and an older copy that is still being worked on are all just choices of `ev` (POSTS in all).
 * Each F_x is one amendment of the first design; -DALL sets all of them, -DNO_x takes one away again.
 * Directory entries and contents have a cached value (v) and a durable value (dv); a power loss
 * takes either one, each for itself.  A torn frame counts as vanished: readers ignore it, the next
 * appender cuts it.  A torn summary line is modelled (lntorn). */

#ifdef ALL
#define F_DUPSYNC    /* a POST whose events are already there syncs the log before it answers        */
#define F_DIRSYNC    /* empty log under the lock: sync directory before append, whoever created it  */
#define F_MKLOCK     /* marker looked for / made / synced under the log's lock, before the append   */
#define F_MKSYNC     /* ... and FARM/open synced even if the marker was found (when log is empty)   */
#define F_CLOSED     /* no plain log: closed is judged from .gz and MONTH/expired, not the index     */
#define F_RECHECK    /* and judged again under the lock of an empty log; then unlink it again       */
#define F_LINESYNC   /* line synced before the marker goes                                          */
#define F_TORNLINE   /* appender of a line starts a new line if the file does not end in one        */
#define F_LOGSYNC    /* log synced under its lock before the line is written                        */
#define F_PACKLINE   /* pack and expire only what has a line and no marker                          */
#define F_PACKDIR    /* directory synced between rename(.gz) and unlink                             */
#define F_PACKCHECK  /* under the lock: plain log must be whole to be packed; .gz never overwritten */
#define F_BOOT       /* index of another boot is treated as deleted                                 */
#define F_XPFIRST    /* the list of expired logs is durable before the first of them goes           */
#define F_SCAN       /* rebuild reads every log without a line, marker or not, and makes its marker */
#define F_TX         /* catch_up: offset is read inside the write transaction                       */
#endif
#ifdef NO_DUPSYNC
#undef F_DUPSYNC
#endif
#ifdef NO_DIRSYNC
#undef F_DIRSYNC
#endif
#ifdef NO_MKLOCK
#undef F_MKLOCK
#endif
#ifdef NO_MKSYNC
#undef F_MKSYNC
#endif
#ifdef NO_CLOSED
#undef F_CLOSED
#endif
#ifdef NO_RECHECK
#undef F_RECHECK
#endif
#ifdef NO_LINESYNC
#undef F_LINESYNC
#endif
#ifdef NO_TORNLINE
#undef F_TORNLINE
#endif
#ifdef NO_LOGSYNC
#undef F_LOGSYNC
#endif
#ifdef NO_PACKLINE
#undef F_PACKLINE
#endif
#ifdef NO_PACKDIR
#undef F_PACKDIR
#endif
#ifdef NO_PACKCHECK
#undef F_PACKCHECK
#endif
#ifdef NO_BOOT
#undef F_BOOT
#endif
#ifdef NO_XPFIRST
#undef F_XPFIRST
#endif
#ifdef NO_SCAN
#undef F_SCAN
#endif
#ifdef NO_TX
#undef F_TX
#endif

#ifndef POSTS
#define POSTS 4
#endif
#ifndef KILLS
#define KILLS 1
#endif
#ifndef POWER
#define POWER 1
#endif
#ifndef RMIDX
#define RMIDX 1
#endif
#ifndef SILENT
#define SILENT 1      /* times the 30 silent days may pass */
#endif
#define NI 4          /* inodes 1..3 */

byte path, dpath;                 /* E.jsonl -> inode (0: none) */
byte cnt[NI], dcnt[NI], lck[NI];  /* whole events; durable ones; holder of the lock */
byte nino = 1;
byte gz, dgz;                     /* 0 none, else 1 + events inside (contents synced before rename) */
bit mk, dmk;                      /* marker */
bit ln, dln, lntorn;              /* readable summary line; last line torn */
bit expired;                      /* ghost: the packed log went */
bit xp, dxp;                      /* the execution is on MONTH/expired */
bit idx = 1; byte roff; bit rbad; /* index; events folded in the row; row holds a vanished event */
byte acked, posts, kills, power, rmidx, silent;
bit kill[6], busy[3], quiet, done;
bit lost;                         /* ghost: an event vanished in a power loss */

#define EP1 1
#define EP2 2
#define TICK 3
#define PACK 4
#define plain  (path -> cnt[path] : 0)
#define packed (gz -> gz - 1 : 0)
#define truth  (plain > packed -> plain : packed)
#define covered (truth >= acked || (expired && ln))

inline catch_up() {               /* tmp: the events seen in the log; r: local byte */
  if
  :: idx ->
#ifdef F_TX
     d_step { if :: idx && !ln && truth >= roff -> roff = truth :: else fi }
#else
     r = truth;                   /* read offset and log, fold ... */
     if :: d_step { idx && !ln && r > 0 -> roff = r } :: else fi; r = 0   /* ... store */
#endif
  :: else
  fi
}

#define drop(me) if :: lck[1]==me -> lck[1]=0 :: else fi; if :: lck[2]==me -> lck[2]=0 :: else fi; if :: lck[3]==me -> lck[3]=0 :: else fi

/* steps that touch one shared thing, or only local ones beside it, are merged into one atomic */
proctype endpoint(byte me) {
  byte ev, f, r; bit made, mademk;
  do
  :: { do
       :: atomic { posts < POSTS && !quiet -> posts++; busy[me] = 1;
                   if :: ev = 1 :: acked >= 1 -> ev = 2 fi;
#ifndef F_MKLOCK
                   if :: !mk -> mk = 1; mademk = 1 :: else fi
#endif
          };
#ifndef F_MKLOCK
#ifdef F_MKSYNC
          dmk = mk;
#else
          if :: mademk -> dmk = mk :: else fi;
#endif
#endif
open:     if
          :: atomic { path != 0 -> f = path }
          :: atomic { path == 0 ->
             if                               /* not one step with the open(O_CREAT) below */
#ifdef F_CLOSED
             :: gz != 0 || xp -> goto ok
#else
             :: gz != 0 || (idx && roff == 2) -> goto ok
#endif
             :: else -> if :: ev > 1 -> goto fin /* 409 gap */ :: else fi
             fi };
             atomic {                         /* open(O_CREAT) */
               if :: path != 0 -> f = path
                  :: path == 0 && nino < NI -> f = nino; nino++; path = f; made = 1
                  :: else -> goto fin
               fi }
          fi;
          atomic {
            if :: lck[f] != 0 -> goto fin /* 503 */
               :: lck[f] == 0 -> lck[f] = me
            fi;
            if :: path != f -> lck[f] = 0; made = 0; goto open :: else fi
          };
          atomic {
#ifdef F_RECHECK
            if :: cnt[f] == 0 && (gz != 0 || xp) -> path = 0; lck[f] = 0; goto ok :: else fi;
#endif
            if
            :: cnt[f] >= ev ->
#ifdef F_DUPSYNC
               dcnt[f] = cnt[f];
#endif
               goto answer
            :: cnt[f] + 1 < ev -> lck[f] = 0; goto fin
            :: else
            fi };
#ifdef F_DIRSYNC
          if :: d_step { cnt[f] == 0 -> dpath = path; dgz = gz } :: cnt[f] != 0 fi;
#endif
#ifdef F_MKLOCK
          atomic { if :: !mk -> mk = 1; mademk = 1 :: else fi };
#ifdef F_MKSYNC
          dmk = mk;
#else
          if :: mademk -> dmk = mk :: else fi;
#endif
#endif
          d_step { assert(!(gz != 0 || expired)); cnt[f] = ev };      /* (d) */
          dcnt[f] = cnt[f];
          if :: d_step { made -> dpath = path; dgz = gz } :: !made fi;
answer:   atomic { lck[f] = 0;
ok:         if :: acked < ev -> acked = ev :: else fi; assert(covered) };   /* (a) (f) */
          catch_up();
fin:      atomic { ev = 0; f = 0; r = 0; made = 0; mademk = 0; busy[me] = 0 }
       od
     } unless { d_step { kill[me] -> kill[me] = 0; ev = 0; f = 0; r = 0; made = 0; mademk = 0; busy[me] = 0; drop(me) } }
  od
}

/* one tick at a time; after `quiet` three whole ticks run and then the end state is judged */
byte endticks;
proctype tick() {
  byte f, r;
  do
  :: { do
       :: atomic { !done ->
          if :: !idx ->                               /* rebuild (its races: see switch.pml) */
                idx = 1; rbad = 0;
                if :: ln -> roff = 2
#ifdef F_SCAN
                   :: !ln && truth > 0 -> roff = truth; mk = 1; dmk = 1
                   :: !ln && truth == 0 -> roff = 0
#else
                   :: !ln && mk -> roff = truth
                   :: !ln && !mk -> roff = 0
#endif
                fi
             :: else fi;
          if
          :: mk && path != 0 -> f = path
          :: mk && path == 0 && ln -> mk = 0; goto again
          :: else -> goto again
          fi };
          catch_up();
          atomic { lck[f] == 0 -> lck[f] = TICK;
             if :: path != f -> lck[f] = 0; goto again :: else fi;
             if
             :: idx && roff == 2
             :: silent < SILENT && idx && roff == cnt[f] && roff < 2 -> silent++; mk = 0; lck[f] = 0; goto again
             :: else -> lck[f] = 0; goto again
             fi };
#ifdef F_LOGSYNC
          atomic { dcnt[f] = cnt[f]; if :: cnt[f] < 2 && !ln -> lck[f] = 0; goto again :: else fi };
#endif
#ifdef F_TORNLINE
          d_step { if :: !ln -> lntorn = 0; ln = 1 :: else fi };
#else
          d_step { if :: !ln && !lntorn -> ln = 1 :: else -> lntorn = 0 fi };   /* glued to the torn one */
#endif
#ifdef F_LINESYNC
          dln = ln;
#endif
          atomic { mk = 0; lck[f] = 0 };
again:    atomic { f = 0; r = 0; if :: quiet -> endticks++; if :: endticks == 4 -> done = 1;
             /* the farm is quiet: judge */
             assert(covered);                                       /* (a) */
             assert(idx && !rbad);                                  /* (b) */
             assert(ln -> roff == 2 : roff == truth);               /* (b)(c) */
             assert(!(truth == 2 && !ln));                          /* (c) finished, yet no line */
             assert(!(ln && truth == 1));                           /* line says more than the truth */
             assert(!(ln && mk))                                    /* marker left for ever */
             :: else fi :: else fi }
       od
     } unless { d_step { kill[TICK] -> kill[TICK] = 0; f = 0; r = 0; drop(TICK) } }
  od
}

#ifdef F_PACKLINE
#define MAYPACK (ln && !mk)
#else
#define MAYPACK 1
#endif
proctype packer() {
  byte f;
  do
  :: { do
       :: atomic { !quiet && idx && roff == 2 && path != 0 && MAYPACK -> f = path };
          atomic { lck[f] == 0 -> lck[f] = PACK; if :: path != f -> lck[f] = 0; goto nopack :: else fi };
#ifdef F_PACKCHECK
          if :: gz != 0 -> skip :: gz == 0 && cnt[f] == 2 -> gz = 3 :: else -> lck[f] = 0; goto nopack fi;
#else
          gz = cnt[f] + 1;
#endif
#ifdef F_PACKDIR
          d_step { dpath = path; dgz = gz };
#endif
          d_step { path = 0; lck[f] = 0; assert(covered) };
nopack:   f = 0
       :: !quiet && gz != 0 && idx && roff == 2 && MAYPACK ->
#ifdef F_XPFIRST
          d_step { xp = 1; dxp = 1 };
          if :: gz != 0 -> d_step { gz = 0; expired = 1; assert(covered) } :: else fi
#else
          d_step { gz = 0; expired = 1; assert(covered) };
          xp = 1
#endif
       od
     } unless { d_step { kill[PACK] -> kill[PACK] = 0; f = 0;
         if :: lck[1]==PACK -> lck[1]=0 :: else fi; if :: lck[2]==PACK -> lck[2]=0 :: else fi; if :: lck[3]==PACK -> lck[3]=0 :: else fi } }
  od
}

/* lose: either the cached or the durable value of everything unsynced, each for itself */
inline power_loss() {
  kill[EP1] = 1; kill[EP2] = 1; kill[TICK] = 1; kill[PACK] = 1;
  if :: path = dpath :: dpath = path fi;
  if :: cnt[1] = dcnt[1] :: dcnt[1] = cnt[1] fi;
  if :: cnt[2] = dcnt[2] :: dcnt[2] = cnt[2] fi;
  if :: cnt[3] = dcnt[3] :: dcnt[3] = cnt[3] fi;
  if :: gz = dgz :: dgz = gz fi;
  if :: mk = dmk :: dmk = mk fi;
  if :: xp = dxp :: dxp = xp fi;
  if :: ln = dln :: dln = ln :: ln && !dln -> ln = 0; lntorn = 1 fi;
  if :: idx = 0                                       /* noticed as corrupt */
#ifndef F_BOOT
     :: skip :: roff > 0 -> roff--                    /* whole, or whole but older */
#endif
  fi;
  if :: idx && !ln && roff > truth -> rbad = 1 :: else fi;
  assert(covered)                                     /* (a) */
}

active proctype world() {
  atomic { run endpoint(EP1); run endpoint(EP2); run tick(); run packer() }
  do
  :: atomic { !quiet && kills < KILLS -> kills++; if :: kill[EP1] = 1 :: kill[TICK] = 1 :: kill[PACK] = 1 fi }
  :: atomic { !quiet && power < POWER -> power++; power_loss() }
  :: atomic { !quiet && rmidx < RMIDX -> rmidx++; idx = 0; roff = 0; rbad = 0 }
  :: atomic { !quiet && !busy[1] && !busy[2] && !kill[1] && !kill[2] && !kill[3] && !kill[4] && lck[1] != PACK && lck[2] != PACK && lck[3] != PACK -> quiet = 1; break }
  od
}
