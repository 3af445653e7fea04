import { NetworkApp } from 'cdk8s-netstack';
import { orderPlatform } from './platform';

orderPlatform(new NetworkApp({ profile: 'production' })).synth();
