/** The page begins here: the shell, and the parts that many rooms use. Each room comes when it is entered. */

import './parts/marking.js';
import './parts/state.js';
import './parts/thing.js';
import './shell/app.js';
import { printBanner } from './shell/print-banner.js';

printBanner();
