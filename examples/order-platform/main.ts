import { orderPlatform } from './platform';

orderPlatform().synth();
