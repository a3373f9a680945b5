'use client';
import { IconPhoto } from '@tabler/icons-react';
import Image from 'next/image';
import { useGetSettingsQuery } from '@/api';
import styles from './ProductImage.module.css';

interface Props {
  url: string | null;
  /** In CSS pixels; it is a square. */
  size: number;
  /** As large as its place is wide, for cards. */
  fill?: boolean;
  /** How wide that is where it is not `size`, as in the attribute of the same name. */
  sizes?: string;
  /** Among the first things seen on the page. */
  priority?: boolean;
}

/** A product's image: our own in the size it is shown in, one that lies elsewhere as it is. The name stands beside it, so it has no text. */
export function ProductImage(props: Props) {
  const { data: settings } = useGetSettingsQuery({});
  return <ProductPicture {...props} images={settings?.links.images} />;
}

interface PictureProps extends Props {
  /** What the addresses of our own images begin with. */
  images: string | undefined;
}

/** The same where there are many: the settings are looked up once, and not by each. */
export function ProductPicture({ url, size, fill, sizes = `${size}px`, priority, images }: PictureProps) {
  const frame = fill ? undefined : { width: size, height: size };
  const own = url && images && url.startsWith(images);
  return (
    <span className={`${styles.frame} ${fill ? styles.fill : ''}`} style={frame}>
      {!url && <IconPhoto size={Math.min(32, size / 2)} stroke={1.2} aria-hidden />}
      {own && <Image src={url} alt="" {...(fill ? { fill: true, sizes } : { width: size, height: size })} preload={priority} className={styles.image} />}
      {/* eslint-disable-next-line @next/next/no-img-element */}
      {url && !own && <img src={url} alt="" loading="lazy" referrerPolicy="no-referrer" className={styles.image} />}
    </span>
  );
}
